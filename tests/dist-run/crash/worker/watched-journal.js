import { Journal, } from '@hostwright/core';
import { parkedBetweenPolls } from '../crash-run.js';
/** Depends on who else is at work. */
const permitWait = 'parking for a permit';
/** What a write of a step means, by the states it lies between. */
function meaningOf(before, { state: next, waitFor }) {
    switch (next) {
        case 'intended':
            return before === undefined || before === 'parked' ? 'intent' : 'record of doubt';
        case 'waiting':
            return before === undefined ? 'intent' : before === 'waiting' ? 'between polls' : 'record of start';
        case 'undoing':
            return before === 'undoing' ? 'between undo polls' : 'undo intent';
        case 'undone':
            return 'undo record';
        case 'done':
            return 'record';
        case 'parked':
            return waitFor === null ? 'record of trouble' : permitWait;
        default:
            return `record (${next})`;
    }
}
/** The journal, with a boundary before every intent and after every write. The shipped one does the work. */
export class WatchedJournal extends Journal {
    inner;
    watch;
    states = new Map();
    constructor(inner, watch) {
        super();
        this.inner = inner;
        this.watch = watch;
    }
    /** What was last written of a step. */
    stateOf(jobId, key) {
        return this.states.get(jobId)?.get(key)?.state;
    }
    /** How often the end of a wait was looked for in vain. */
    pollsOf(jobId, key) {
        return this.states.get(jobId)?.get(key)?.polls ?? 0;
    }
    /** True when nothing was written of the step yet. */
    isUnwritten(jobId, key) {
        return this.stateOf(jobId, key) === undefined;
    }
    register(name, leaseMs) {
        return this.inner.register(name, leaseMs);
    }
    renew(workerId, leaseMs) {
        return this.inner.renew(workerId, leaseMs);
    }
    leave(workerId) {
        return this.inner.leave(workerId);
    }
    /** A job that holds is claimed, or was, and never reaches the engine: a claim holds up no other. */
    async claim(workerId, limit) {
        const jobs = await this.inner.claim(workerId, limit);
        for (const job of jobs)
            void this.watch.passJob(job.id, job.fence === 1 ? 'after first claim' : `after claim (${job.phase})`);
        return jobs.filter((job) => !this.watch.isHeld(job.id));
    }
    async load(jobIds) {
        const loaded = await this.inner.load(jobIds);
        for (const jobId of jobIds)
            this.states.set(jobId, new Map((loaded.get(jobId) ?? []).map((row) => [row.key, row])));
        return loaded;
    }
    async writeStep(entry) {
        const { jobId, step } = entry;
        const states = this.states.get(jobId);
        const meaning = meaningOf(states.get(step.key)?.state, step);
        if (meaning === 'intent')
            await this.watch.pass(jobId, step.key, 'before intent');
        const answer = await this.inner.writeStep(entry);
        states.set(step.key, step);
        if (meaning !== permitWait)
            await this.watch.pass(jobId, step.key, meaning.startsWith('between') ? meaning : `after ${meaning}`);
        return answer;
    }
    async writeTurn(turn) {
        const meaning = meaningOfTurn(turn);
        if (meaning)
            await this.watch.passJob(turn.jobId, `before ${meaning}`);
        await this.inner.writeTurn(turn);
        if (meaning)
            await this.watch.passJob(turn.jobId, `after ${meaning}`);
        else if (turn.phase !== 'looking')
            await this.passParked(turn.jobId);
    }
    succession(jobId) {
        return this.inner.succession(jobId);
    }
    async held(workerId) {
        return (await this.inner.held(workerId)).filter(({ jobId }) => !this.watch.isHeld(jobId));
    }
    giveBack(jobs) {
        return this.inner.giveBack(jobs);
    }
    sweep() {
        return this.inner.sweep();
    }
    /** Between two polls the job is a row; what waits in it is at rest there. */
    async passParked(jobId) {
        const waits = [...(this.states.get(jobId) ?? [])].filter(([, { state }]) => state === 'waiting' || state === 'undoing');
        await Promise.all(waits.map(([key, { state }]) => this.watch.pass(jobId, key, state === 'waiting' ? parkedBetweenPolls : 'parked between undo polls')));
    }
}
/** What the end of a turn means; undefined when the job only parks. */
function meaningOfTurn(turn) {
    const topics = turn.outbox?.map(({ topic }) => topic) ?? [];
    switch (turn.state) {
        case 'completed':
            return topics.length > 0 ? 'completion' : `late look ${turn.lookAgainCount ?? 0}`;
        case 'failed':
        case 'cancelled':
            return topics.length > 0 ? 'end of the roll-back' : `late look ${turn.lookAgainCount ?? 0}`;
        case 'rolling_back':
            return (turn.events?.length ?? 0) > 0 ? 'turning round' : undefined;
        case 'needs_operator':
            return 'asking a person';
        case 'superseded':
            return 'superseding';
        default:
            return undefined;
    }
}
//# sourceMappingURL=watched-journal.js.map