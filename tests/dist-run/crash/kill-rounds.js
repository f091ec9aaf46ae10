import { setTimeout as sleep } from 'node:timers/promises';
/** With some jobs at their point and no other moving for so long, the rest waits for what those hold: time to kill. */
const quietMs = 500;
/** Nobody comes to a point for so long: those that are missing never will. */
const patienceMs = 15_000;
/** Recovery without any movement for so long: something is stuck. */
const stuckMs = 25_000;
const lookEveryMs = 100;
/** How late a late success is, at the most: before the last of the late looks. */
const latestMs = 2_000;
/**
 * Carries jobs out on workers that are killed: each is killed when the jobs it works on stand at their points, or cannot come there before
 * others have gone on. The next takes over, until every job was killed once, and the last one brings everything to its end.
 */
export class KillRounds {
    installation;
    spare;
    movedAt = 0;
    constructor(installation) {
        this.installation = installation;
        this.spare = installation.newWorker();
    }
    /** Answers how many workers were killed. */
    async run(jobs, options) {
        for (let kills = 0;; kills += 1) {
            const worker = this.takeWorker();
            const awaited = jobs.filter((job) => job.awaited);
            this.movedAt = Date.now();
            await worker.start({ type: 'start', orders: jobs.filter((job) => !job.over).map((job) => job.orders), calls: options.seeCalls !== undefined }, (message) => this.hear(message, worker, jobs, kills === 0, options));
            if (awaited.length === 0) {
                await this.untilOver(jobs);
                await worker.kill();
                return kills;
            }
            await this.untilHeld(awaited, jobs);
            await worker.kill();
            const held = awaited.filter((job) => job.held);
            for (const job of held)
                job.crashed = true;
            options.onKill?.(held.length);
            if (held.length === 0)
                for (const job of awaited)
                    job.abandoned = true;
        }
    }
    async close() {
        await this.spare.kill();
    }
    takeWorker() {
        const worker = this.spare;
        this.spare = this.installation.newWorker();
        return worker;
    }
    hear(message, worker, jobs, undisturbed, options) {
        const find = (jobId) => jobs.find((job) => job.jobId === jobId);
        switch (message.type) {
            case 'passed':
                for (const { jobId, key, boundary } of message.points) {
                    const job = find(jobId);
                    if (!job)
                        continue;
                    if (!job.over)
                        this.movedAt = Date.now();
                    if (undisturbed && !job.held)
                        job.passed.push({ key, boundary });
                }
                break;
            case 'held': {
                const job = find(message.jobId);
                if (job)
                    job.held = true;
                this.movedAt = Date.now();
                break;
            }
            case 'arm':
                find(message.jobId)?.arm(this.installation.providerOf(message.serverId), message.mark, 100 + options.choose(latestMs - 100));
                worker.tell({ type: 'armed', jobId: message.jobId });
                break;
            case 'calls':
                options.seeCalls?.(message.calls);
                break;
            default:
        }
    }
    async untilHeld(awaited, jobs) {
        for (;;) {
            await sleep(lookEveryMs);
            await this.lookWhatIsOver(jobs);
            const quietFor = Date.now() - this.movedAt;
            const held = awaited.some((job) => job.held);
            if (awaited.every((job) => job.held || job.over) || quietFor > (held ? quietMs : patienceMs))
                return;
        }
    }
    async untilOver(jobs) {
        while (Date.now() - this.movedAt < stuckMs) {
            await this.lookWhatIsOver(jobs);
            if (jobs.every((job) => job.over))
                return;
            await sleep(lookEveryMs);
        }
    }
    async lookWhatIsOver(jobs) {
        const open = jobs.filter((job) => !job.over);
        const { rows } = await this.installation.pool.query(`SELECT p.id, NOT EXISTS (SELECT 1 FROM outbox o WHERE o.payload ->> 'jobId' = p.id::text) AS relayed
       FROM provisioning_job p WHERE p.id = ANY ($1::bigint[]) AND (p.phase = 'ended' OR p.state = 'needs_operator')`, [open.map((job) => job.jobId)]);
        const over = new Map(rows.map(({ id, relayed }) => [id, relayed]));
        for (const job of open)
            job.over = over.get(job.jobId) === true;
    }
}
//# sourceMappingURL=kill-rounds.js.map