import { isPanelError, type HttpSignal } from '@hostwright/sdk';
import { completion } from './completion.js';
import type { EnginePorts } from './engine-ports.js';
import { isOver, type Job, type JobPhase, type StepError } from './job.js';
import { isOfJournal, type JobTurn as TurnEntry, type LoadedJob, type NewOperatorTask } from './journal.js';
import { replayForward, replayKnown } from './journaled-replay.js';
import { LaterPart } from './later-part.js';
import { onFailureOf } from './on-failure.js';
import { judge, stepErrorOf } from './outcome.js';
import { PersonNeeded } from './person-needed.js';
import type { PollBatch } from './poll-batch.js';
import type { Replay } from './replay.js';
import type { ReadyComponent, ReplayEnd } from './replay-ports.js';
import { refuseStrangeJournal, unknownStep } from './strange-journal.js';
import { outcomeOf, type TurnOutcome } from './turn-outcome.js';
import { turnParts, type TurnParts } from './turn-parts.js';

const stopped: StepError = { code: 'stopped', message: 'the job was asked to stop' };

/** One turn of a claimed job: from the journal as it stands to the point where everything waits, or to the end. */
export class JobTurn {
  private readonly parts: TurnParts;

  constructor(
    private readonly job: Job,
    loaded: LoadedJob,
    private readonly ports: EnginePorts,
    signal: HttpSignal,
    polls: PollBatch,
    private readonly wake: (inMs: number) => void,
  ) {
    this.parts = turnParts(job, loaded, ports, signal, polls, wake);
  }

  /** Runs the turn and commits its outcome. Throws `LeaseLost` when somebody else holds the job by now, and `JournalTrouble`. */
  async run(): Promise<string> {
    try {
      const outcome = await this.work();
      this.parts.ledger.requireLease();
      return await this.commit(outcome);
    } catch (error) {
      if (isOfJournal(error)) throw error;
      return this.commit(this.afterTrouble(error));
    }
  }

  private async commit(outcome: TurnOutcome): Promise<string> {
    const { ledger, replay } = this.parts;
    const lines = ledger.eventCount;
    const turn = this.scaled(
      outcomeOf(outcome, this.job, ledger, replay.progress, (value) => this.ports.sealer.wipe(value)),
      outcome,
    );
    // The last ends may share the commit of the turn; but only what is there can be wiped.
    if (turn.wipe && turn.wipe.length > 0) await ledger.committed();
    try {
      await this.ports.journal.writeTurn(turn);
    } catch (error) {
      if (!isOfJournal(error)) ledger.rewind(lines);
      throw error;
    }
    if (turn.wakeInMs !== null) this.wake(turn.wakeInMs);
    // A job that is over already only looks again.
    if (isOver(turn.state) && !isOver(this.job.state))
      this.ports.meter.jobEnded({ id: this.job.id, operation: this.job.operation, outcome: turn.state });
    return outcome.kind;
  }

  private async work(): Promise<TurnOutcome> {
    const { job } = this;
    const { ledger, replay, rollBack, lateLooks } = this.parts;
    if (job.phase === 'forward' && ledger.isEmpty && !(job.handedOver && isDelivered(job))) {
      const pointless = pointlessFor(job);
      if (pointless) return { kind: 'superseded', because: pointless };
      if (ledger.stopRequested) {
        return job.operation === 'create'
          ? { kind: 'over', state: 'cancelled', lookAgain: false }
          : { kind: 'superseded', because: 'a newer operation came first' };
      }
    }
    switch (job.phase) {
      case 'forward':
      case 'settling':
        return job.handedOver ? new LaterPart(job, this.parts, this.ports.sealer).run() : this.goOn();
      case 'undoing':
        return rollBack.run(await replayKnown(replay, await replay.modules.open()));
      case 'looking':
        return lateLooks.run(await replayKnown(replay, await replay.modules.open()));
      case 'ended':
        return { kind: 'nothing' };
    }
  }

  /** Phase the job is in by now: the first final error ends the way forward. */
  private get phase(): JobPhase {
    return this.job.phase === 'forward' && this.parts.ledger.failure ? 'settling' : this.job.phase;
  }

  private async goOn(): Promise<TurnOutcome> {
    const { ledger, replay: parts, settle, forward } = this.parts;
    const all = await parts.modules.open();
    // What comes later begins once the rest is handed over.
    const components = all.filter(({ component }) => !component.later);
    refuseStrangeJournal(ledger, parts.progress, components);
    // A stop begins and repeats nothing any more, as a failure does.
    const settling = ledger.failure !== null || ledger.stopRequested;
    const { end, replay } = await replayForward(parts, components, (step) => (settling ? settle.perform(step) : forward.perform(step)));
    if (end.kind === 'broke') throw end.error;
    if (end.kind === 'threw') {
      if (!isPanelError(end.error)) throw end.error;
      // Without a failed step, the function itself refused, in the code between them.
      if (!ledger.failure) ledger.fail(stepErrorOf(end.error));
    }
    const open = settle.open(replay);
    if (ledger.stopRequested && !ledger.failure && !(end.kind === 'returned' && this.isWhole(replay))) ledger.fail(stopped);
    if (ledger.failure) return this.afterFailure(components, replay);
    if (end.kind === 'returned' && open.length === 0) return this.complete(end, replay, components, components.length < all.length);
    if (open.length === 0) throw new Error('the operation waits for something that is not a step');
    const live = open.filter((row) => replay.live.has(row.key));
    // Nothing would ever come of a step that the function no longer comes to.
    if (live.length === 0) throw new PersonNeeded(unknownStep(open[0]!, parts.progress));
    return { kind: 'park', wakeInMs: ledger.nextWake(live), phase: this.phase };
  }

  /** Every step that the functions came to is done; they may have returned without waiting for one. */
  private isWhole(replay: Replay): boolean {
    return [...replay.live.keys(), ...replay.composites].every((key) => this.parts.ledger.find(key)?.state === 'done');
  }

  /** Sees to its end what is under way, then turns round. */
  private async afterFailure(components: readonly ReadyComponent[], replay: Replay): Promise<TurnOutcome> {
    const open = await this.parts.settle.all(replay);
    if (open.length > 0) return { kind: 'park', wakeInMs: this.parts.ledger.nextWake(open), phase: this.phase };
    const failure = this.parts.ledger.failure!;
    // A service is not held up for a domain that it never had; each undo reads the mark back before it removes anything.
    if (failure.code === 'not_owned' && this.job.operation !== 'addDomain')
      return asks('not_owned', 'Something there belongs to somebody else', `${failure.message}. Nothing was undone.${this.wayOut}`);
    if (failure.code !== 'stopped' && onFailureOf(this.job, components) === 'keep')
      return asks('failed', `${this.job.operation} failed and was kept as it is`, failure.message);
    return { kind: 'turn round' };
  }

  private get wayOut(): string {
    return this.job.operation === 'create'
      ? ' Should it stay theirs: start the job over, then retry it; it is then made with other values.'
      : '';
  }

  private async complete(
    end: ReplayEnd & { kind: 'returned' },
    replay: Replay,
    components: readonly ReadyComponent[],
    more: boolean,
  ): Promise<TurnOutcome> {
    const { ledger, replay: parts, lateLooks } = this.parts;
    if (more)
      return { kind: 'handed over', components: completion(this.job, end.outputs, components, this.ports.sealer, false).components };
    // The parts of another module's operation that ended in an earlier turn were not come to in this one.
    const seen = ledger.all().every((row) => !row.unknown || replay.live.has(row.key)) ? replay : await replayKnown(parts, components);
    const lookAgain = await lateLooks.sweepDoubles(seen);
    return completion(this.job, end.outputs, components, this.ports.sealer, lookAgain);
  }

  /** What becomes of the job when the engine could not go on with it now. Nothing was called that the journal does not know of. */
  private afterTrouble(error: unknown): TurnOutcome {
    const { phase } = this;
    if (error instanceof PersonNeeded) return { kind: 'person', task: error.task, phase };
    const verdict = judge(error);
    const { message } = stepErrorOf(error);
    if (verdict === 'later' || (phase === 'looking' && (verdict === 'unknown' || verdict === 'mend'))) {
      this.ports.log.warn(`job ${this.job.id} waits: ${message}`);
      return { kind: 'park', wakeInMs: this.parts.pace.troublePause, phase };
    }
    if (verdict === 'bug') {
      this.ports.log.error(
        `job ${this.job.id} stopped: the extension failed in a way nobody planned for`,
        { operation: this.job.operation },
        error,
      );
      const detail = 'Nothing was undone. The log has the details; retry once it is mended.';
      return asks('bug', 'The extension failed in a way nobody planned for', detail, phase);
    }
    const kind = verdict === 'mend' ? 'fix_settings' : 'extension';
    return asks(kind, `The job cannot go on: ${message}`, 'Mend it, then retry the job.', phase);
  }

  /** Late looks are waits like others; a parked step's time is scaled where it is made. */
  private scaled(turn: TurnEntry, outcome: TurnOutcome): TurnEntry {
    return outcome.kind === 'park' || turn.wakeInMs === null ? turn : { ...turn, wakeInMs: this.parts.pace.scaled(turn.wakeInMs) };
  }
}

function asks(kind: NewOperatorTask['kind'], title: string, detail: string, phase?: JobPhase): TurnOutcome {
  return { kind: 'person', task: { kind, stepKey: '', title, detail }, ...(phase ? { phase } : {}) };
}

function isDelivered({ serviceState }: Pick<Job, 'serviceState'>): boolean {
  return serviceState === 'active' || serviceState === 'suspended';
}

/** Why an operation that has not begun need not begin, given what became of the service. */
function pointlessFor(job: Pick<Job, 'operation' | 'serviceState'>): string | undefined {
  const { operation, serviceState } = job;
  if (serviceState === 'terminated' || serviceState === 'cancelled') return `the service is ${serviceState}`;
  if (serviceState === 'pending' && operation !== 'create') return 'the service was never delivered';
  if (operation === 'create' && serviceState !== null && serviceState !== 'pending') return `the service is ${serviceState} already`;
  return undefined;
}
