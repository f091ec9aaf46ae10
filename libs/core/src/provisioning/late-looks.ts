import type { EngineLog } from './engine-log.js';
import { componentOf, type Job, type StepRow } from './job.js';
import type { Journal } from './journal.js';
import { stepErrorOf } from './outcome.js';
import { PersonNeeded } from './person-needed.js';
import type { Replay } from './replay.js';
import type { StepTools } from './step-forward.js';
import { leavesSomething, type StepUndo } from './step-undo.js';
import { unknownStep } from './strange-journal.js';
import type { TurnOutcome } from './turn-outcome.js';

/** After a job is over: looks once more for every claim whose outcome was ever unknown. */
export class LateLooks {
  constructor(
    private readonly job: Job,
    private readonly journal: Pick<Journal, 'succession'>,
    private readonly tools: StepTools,
    private readonly undoer: StepUndo,
    private readonly log: EngineLog,
  ) {}

  async run(replay: Replay): Promise<TurnOutcome> {
    const { ledger, caller, values, progress } = this.tools;
    const { claimedBefore, claimedAgain, completed } = await this.journal.succession(this.job.id);
    // By a later operation: the one that ended it has nothing of its own that could be undone.
    const endedSince = completed && this.job.serviceState === 'terminated';
    for (const row of this.doubtful(replay, claimedBefore)) {
      // What a later operation of the service has made under the same claim is its own, not a leftover of ours.
      if (claimedAgain.has(row.key)) continue;
      const step = replay.live.get(row.key);
      if (!step) throw new PersonNeeded(unknownStep(row, progress));
      // What turns up after the service has ended was not there to be removed with it.
      if (this.stays(row) && !endedSince) {
        if (!completed) await caller.sweep(step, values.open(row.key, row.output));
      } else if ((await this.undoer.undo(step, row.state === 'undoing' ? row : { ...row, state: 'dropped', dueInMs: 0 })) === 'rest') {
        return { kind: 'park', wakeInMs: Math.max(ledger.find(row.key)?.dueInMs ?? 0, 1), phase: 'looking' };
      }
    }
    return { kind: 'looked', count: this.job.lookAgainCount + 1 };
  }

  /** What the job has made and the customer has. */
  private stays(row: StepRow): boolean {
    return this.job.handedOver ? !this.isGivenUp(row) : this.job.state === 'completed';
  }

  private isGivenUp({ key }: StepRow): boolean {
    return this.job.givenUp[componentOf(key)] !== undefined;
  }

  /** Steps of which something may turn up late. A person was asked about those that cannot be looked for. */
  doubtful(replay: Replay, inherited: ReadonlySet<string> = new Set()): StepRow[] {
    return this.tools.ledger.all().filter((row) => {
      const step = replay.live.get(row.key);
      return (
        (row.unknown || inherited.has(row.key)) &&
        !replay.composites.has(row.key) &&
        // Undone as well as done, a switch stands where the last step of its kind has left it.
        !step?.spec.switches &&
        leavesSomething(row, step) &&
        (!step || step.spec.find !== undefined || step.spec.sweep !== undefined)
      );
    });
  }

  /** Before a job completes: removes doubles of what it keeps. True when the same is to be done again later. */
  async sweepDoubles(replay: Replay): Promise<boolean> {
    const { caller, values } = this.tools;
    // A call of an earlier try under the same claim may arrive yet, and would make a second one.
    const mayBeTwice = [...replay.live.values()].some((step) => step.spec.sweep);
    const inherited = mayBeTwice ? (await this.journal.succession(this.job.id)).claimedBefore : undefined;
    const doubtful = this.doubtful(replay, inherited);
    for (const row of doubtful.filter((one) => replay.live.get(one.key)?.spec.sweep && !this.isGivenUp(one))) {
      try {
        await caller.sweep(replay.live.get(row.key)!, values.open(row.key, row.output));
      } catch (error) {
        // The late looks sweep again; what the customer has is complete.
        this.log.warn(`job ${this.job.id}: '${row.key}' could not be swept`, { reason: stepErrorOf(error).message });
      }
    }
    return doubtful.length > 0;
  }
}
