import {
  Journal,
  type HeldJob,
  type Job,
  type JobTurn,
  type LoadedJob,
  type NewJob,
  type StepEntry,
  type StepRow,
  type StepState,
  type Succession,
} from '@hostwright/core';
import { betweenPolls, betweenUndoPolls, claimedAgain, parked } from '../crash-run.js';
import type { Watch } from './watch.js';

/** A step as this worker has last seen it; its age when it took the job over. */
type Known = Pick<StepRow, 'state' | 'polls' | 'attempts'> & { readonly ageMs?: number };

/** Depends on who else is at work. */
const permitWait = 'parking for a permit';

/** What a write of a step means, by the states it lies between. */
function meaningOf(known: Known | undefined, { state: next, waitFor, trouble, attempts }: StepEntry['step']): string {
  const before = known?.state;
  if (waitFor !== null) return permitWait;
  if (trouble && (before === next || next === 'parked')) return 'record of trouble';
  switch (next) {
    case 'intended':
      // A call without an intent that ended in doubt is written down as one that may have been made.
      return attempts === (known?.attempts ?? 0) && (before === undefined || before === 'parked') ? 'intent' : 'record of doubt';
    case 'waiting':
      return before === undefined ? 'intent' : before === 'waiting' ? betweenPolls : 'record of start';
    case 'undoing':
      return before === 'undoing' ? betweenUndoPolls : 'undo intent';
    case 'undone':
      return 'undo record';
    case 'done':
      return 'record';
    default:
      return `record (${next})`;
  }
}

/** The journal, with a boundary before every intent and after every write. The shipped one does the work. */
export class WatchedJournal extends Journal {
  private readonly states = new Map<string, Map<string, Known>>();
  /** Job → its write under way. */
  private readonly underWay = new Map<string, Promise<unknown>>();

  constructor(
    private readonly inner: Journal,
    private readonly watch: Watch,
  ) {
    super();
  }

  /** What was last written of a step. */
  stateOf(jobId: string, key: string): StepState | undefined {
    return this.states.get(jobId)?.get(key)?.state;
  }

  /** How often the end of a wait was looked for in vain, and how old the wait was when this worker took the job over. */
  waitOf(jobId: string, key: string): { readonly polls: number; readonly ageMs: number } {
    const step = this.states.get(jobId)?.get(key);
    return { polls: step?.polls ?? 0, ageMs: step?.ageMs ?? 0 };
  }

  /** True when nothing was written of the step yet. */
  isUnwritten(jobId: string, key: string): boolean {
    return this.stateOf(jobId, key) === undefined;
  }

  override register(name: string, leaseMs: number): Promise<string> {
    return this.inner.register(name, leaseMs);
  }

  override renew(workerId: string, leaseMs: number): Promise<boolean> {
    return this.inner.renew(workerId, leaseMs);
  }

  override leave(workerId: string): Promise<void> {
    return this.inner.leave(workerId);
  }

  override start(workerId: string, job: NewJob): Promise<Job> {
    return this.inner.start(workerId, job);
  }

  /** A job that holds is claimed, or was, and never reaches the engine: a claim holds up no other. */
  override async claim(workerId: string, limit: number): Promise<readonly Job[]> {
    const jobs = await this.inner.claim(workerId, limit);
    // Of a job that was never held nothing is read.
    for (const job of jobs.filter((one) => one.fence === 1)) this.states.set(job.id, new Map());
    for (const job of jobs) void this.watch.passJob(job.id, job.fence === 1 ? 'after first claim' : claimedAgain(job.phase));
    return jobs.filter((job) => !this.watch.isHeld(job.id));
  }

  override async load(jobIds: readonly string[]): Promise<ReadonlyMap<string, LoadedJob>> {
    const loaded = await this.inner.load(jobIds);
    for (const jobId of jobIds) this.states.set(jobId, new Map((loaded.get(jobId)?.steps ?? []).map((row) => [row.key, row])));
    return loaded;
  }

  /** Writes of a job come to their boundaries one by one, in order, though the engine does not wait for the answer to each. */
  override writeStep(entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    return this.inOrder(entry.jobId, () => this.passStep(entry));
  }

  override writeTurn(turn: JobTurn): Promise<void> {
    return this.inOrder(turn.jobId, () => this.passTurn(turn));
  }

  private async inOrder<Answer>(jobId: string, write: () => Promise<Answer>): Promise<Answer> {
    const before = this.underWay.get(jobId);
    const answer = before ? before.then(write) : write();
    this.underWay.set(jobId, answer);
    try {
      return await answer;
    } finally {
      if (this.underWay.get(jobId) === answer) this.underWay.delete(jobId);
    }
  }

  private async passStep(entry: StepEntry): Promise<{ readonly stopRequested: boolean }> {
    const { jobId, step } = entry;
    const states = this.states.get(jobId)!;
    const meaning = meaningOf(states.get(step.key), step);
    if (meaning === 'intent') await this.watch.pass(jobId, step.key, 'before intent');
    const answer = await this.inner.writeStep(entry);
    states.set(step.key, step);
    if (meaning !== permitWait) await this.watch.pass(jobId, step.key, meaning.startsWith('between') ? meaning : `after ${meaning}`);
    return answer;
  }

  private async passTurn(turn: JobTurn): Promise<void> {
    const meaning = meaningOfTurn(turn);
    if (meaning) await this.watch.passJob(turn.jobId, `before ${meaning}`);
    await this.inner.writeTurn(turn);
    if (meaning) await this.watch.passJob(turn.jobId, `after ${meaning}`);
    else if (turn.phase !== 'looking') await this.passParked(turn.jobId);
  }

  override succession(jobId: string): Promise<Succession> {
    return this.inner.succession(jobId);
  }

  override async held(workerId: string): Promise<readonly HeldJob[]> {
    return (await this.inner.held(workerId)).filter(({ jobId }) => !this.watch.isHeld(jobId));
  }

  override giveBack(jobs: readonly HeldJob[]): Promise<void> {
    return this.inner.giveBack(jobs);
  }

  override sweep(): Promise<number> {
    return this.inner.sweep();
  }

  /** Between two polls the job is a row; what waits in it is at rest there. */
  private async passParked(jobId: string): Promise<void> {
    const waits = [...(this.states.get(jobId) ?? [])].filter(([, { state }]) => state === 'waiting' || state === 'undoing');
    await Promise.all(
      waits.map(([key, { state }]) => this.watch.pass(jobId, key, parked(state === 'waiting' ? betweenPolls : betweenUndoPolls))),
    );
  }
}

/** What the end of a turn means; undefined when the job only parks. */
function meaningOfTurn(turn: JobTurn): string | undefined {
  const topic = turn.message?.topic;
  switch (turn.state) {
    case 'completed':
      return topic ? 'completion' : lateLook(turn);
    case 'failed':
    case 'cancelled':
      return topic ? 'end of the roll-back' : lateLook(turn);
    case 'rolling_back':
      return turn.event ? 'turning round' : undefined;
    case 'needs_operator':
      return 'asking a person';
    case 'superseded':
      return 'superseding';
    default:
      return undefined;
  }
}

function lateLook({ lookAgainCount }: JobTurn): string | undefined {
  return lookAgainCount === undefined ? undefined : `late look ${lookAgainCount}`;
}
