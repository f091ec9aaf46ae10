import { setTimeout as sleep } from 'node:timers/promises';
import type { Choose } from './choices.js';
import type { Installation } from './installation.js';
import type { FromWorker, SeenCall } from './messages.js';
import { lookWhatIsOver, type TrackedJob } from './tracked-job.js';
import type { LeanWorker } from './worker-process.js';

/** With some jobs at their point and no other moving for so long, the rest waits for what those hold: time to kill. */
const quietMs = 800;
/** Nobody comes to a point for so long: those that are missing never will. */
const patienceMs = 15_000;
/** Recovery without any movement for so long: something is stuck. On a machine that does much else a worker's first step takes half a minute. */
const stuckMs = 90_000;
/** The sweep frees what is older than five seconds. */
const permitsWithinMs = 8_000;
const lookEveryMs = 100;
/** Providers are played a thousand times faster than life, and so is the rate at which they take calls. */
const lookSeconds = 100;
/** On a machine that is busy with other things nobody shall lose a lease: accidents would be taken for ways. Those of the killed end at once. */
const leaseMs = 30_000;
const veryLate = { least: 1_000, most: 2_500 };

export interface RoundsOptions {
  readonly choose: Choose;
  /** How late a late success is. Default: later than a second try that follows at once, and before the last of the late looks. */
  readonly lateMs?: { readonly least: number; readonly most: number };
  /** Is told of every call. */
  readonly seeCalls?: (calls: readonly SeenCall[]) => void;
}

/**
 * Carries jobs out on workers that are killed: each is killed when the jobs it works on stand at their points, or cannot come there before
 * others have gone on. The next takes over, until every job was killed once, and the last one brings everything to its end.
 */
export class KillRounds {
  private spare: LeanWorker;
  private movedAt = 0;

  constructor(private readonly installation: Installation) {
    this.spare = installation.newWorker();
  }

  /** Answers how many workers were killed. */
  async run(jobs: readonly TrackedJob[], options: RoundsOptions): Promise<number> {
    for (let kills = 0; ; kills += 1) {
      const worker = this.takeWorker();
      const awaited = jobs.filter((job) => job.awaited);
      this.movedAt = Date.now();
      await worker.start(
        {
          type: 'start',
          leaseMs,
          orders: jobs.filter((job) => !job.over).map((job) => job.orders),
          calls: options.seeCalls !== undefined,
          reads: this.installation.reads,
        },
        (message) => this.hear(message, worker, jobs, kills === 0, options),
      );
      if (awaited.length === 0) {
        await this.untilOver(jobs);
        await this.kill(worker);
        return kills;
      }
      await this.untilHeld(awaited, jobs);
      await this.kill(worker);
      const held = awaited.filter((job) => job.held);
      for (const job of held) job.crashed = true;
      if (held.length === 0) for (const job of awaited) job.abandoned = true;
    }
  }

  /** As if the time of its lease had passed since. */
  private async kill(worker: LeanWorker): Promise<void> {
    await worker.kill();
    await this.installation.pool.query(`UPDATE worker SET lease_until = '-infinity' WHERE name = $1`, [`lean worker ${worker.pid}`]);
  }

  async close(): Promise<void> {
    await this.spare.kill();
  }

  private async permitsOf(jobs: readonly TrackedJob[]): Promise<number> {
    const { rows } = await this.installation.pool.query<{ held: number }>(
      `SELECT count(*)::int AS held FROM permit_slot WHERE job_id = ANY ($1::bigint[])`,
      [jobs.map((job) => job.jobId)],
    );
    return rows[0]!.held;
  }

  private takeWorker(): LeanWorker {
    const worker = this.spare;
    this.spare = this.installation.newWorker();
    return worker;
  }

  private hear(message: FromWorker, worker: LeanWorker, jobs: readonly TrackedJob[], undisturbed: boolean, options: RoundsOptions): void {
    const find = (jobId: string): TrackedJob | undefined => jobs.find((job) => job.jobId === jobId);
    switch (message.type) {
      case 'passed':
        for (const { jobId, key, boundary } of message.points) {
          const job = find(jobId);
          if (!job) continue;
          if (!job.over) this.movedAt = Date.now();
          if (undisturbed && !job.held) job.passed.push({ key: job.commonKey(key), boundary });
        }
        break;
      case 'blind': {
        const job = find(message.jobId);
        job?.blind.add(job.commonKey(message.key));
        break;
      }
      case 'held': {
        const job = find(message.jobId);
        if (job) job.held = true;
        this.movedAt = Date.now();
        break;
      }
      case 'arm': {
        const { least, most } = options.lateMs ?? veryLate;
        find(message.jobId)?.arm(this.installation.providerOf(message.serverId), message.mark, least + options.choose(most - least));
        worker.tell({ type: 'armed', jobId: message.jobId });
        break;
      }
      case 'calls':
        // What an earlier job calls now, such as a stuck one that its service's end turns round, is no part of what is looked at.
        options.seeCalls?.(
          message.calls.flatMap((call) => {
            const job = find(call.jobId);
            return job ? [{ ...call, key: job.commonKey(call.key) }] : [];
          }),
        );
        break;
      default:
    }
  }

  private async look(jobs: readonly TrackedJob[]): Promise<void> {
    await this.installation.pool.query(`UPDATE rate_bucket SET filled_at = filled_at - $1 * interval '1 second'`, [lookSeconds]);
    await lookWhatIsOver(this.installation, jobs);
  }

  private async untilHeld(awaited: readonly TrackedJob[], jobs: readonly TrackedJob[]): Promise<void> {
    for (;;) {
      await sleep(lookEveryMs);
      const begun = Date.now();
      await this.look(jobs);
      // On a machine that is busy with other things everybody is slower, and silence means less.
      const slowness = 5 * (Date.now() - begun);
      const quietFor = Date.now() - this.movedAt;
      const held = awaited.some((job) => job.held);
      if (awaited.every((job) => job.held || job.over) || quietFor > slowness + (held ? quietMs : patienceMs)) return;
    }
  }

  private async untilOver(jobs: readonly TrackedJob[]): Promise<void> {
    while (Date.now() - this.movedAt < stuckMs) {
      await this.look(jobs);
      if (jobs.every((job) => job.over)) break;
      await sleep(lookEveryMs);
    }
    // A permit whose holder died between its step's end and giving it back is found by the sweep.
    const until = Date.now() + permitsWithinMs;
    while (Date.now() < until && (await this.permitsOf(jobs)) > 0) await sleep(lookEveryMs);
  }
}
