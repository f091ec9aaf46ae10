import { isPanelError, type HttpSignal } from '@hostwright/sdk';
import type { EngineLog, EngineMeter } from './engine-log.js';
import type { Job, JobPhase, StepError, StepRow } from './job.js';
import { JobLedger } from './job-ledger.js';
import { JobModules } from './job-modules.js';
import { JournalTrouble, LeaseLost, type JobTurn as TurnEntry, type Journal, type NewOperatorTask } from './journal.js';
import { replayForward, replayKnown, type ReplayParts } from './journaled-replay.js';
import type { LiveStep } from './live-step.js';
import type { ModuleHost } from './module-host.js';
import { judge, stepErrorOf } from './outcome.js';
import type { Permits } from './permits.js';
import type { PollBatch } from './poll-batch.js';
import { Progress } from './progress.js';
import type { ReadyComponent, Replay, ReplayEnd, StepEnd } from './replay.js';
import type { Sealer } from './sealer.js';
import { StepCaller } from './step-caller.js';
import { PersonNeeded, StepForward } from './step-forward.js';
import { leavesSomething, maybeThere, StepUndo } from './step-undo.js';
import type { Timers } from './timers.js';
import { completion, outcomeOf, type TurnOutcome } from './turn-outcome.js';

/** What the engine stands on. */
export interface EnginePorts {
  readonly journal: Journal;
  readonly modules: ModuleHost;
  readonly permits: Permits;
  readonly sealer: Sealer;
  readonly log: EngineLog;
  readonly meter: EngineMeter;
  readonly random: () => number;
  readonly timers: Timers;
  /** Multiplies every wait; 1 but where a provider is played faster than life. */
  readonly waitScale: number;
}

const stopped: StepError = { code: 'stopped', message: 'the job was asked to stop' };
/** How long a job waits for a module that cannot be opened, and a late look for a provider that does not answer. */
const troublePauseMs = 30_000;

/** One turn of a claimed job: from the journal as it stands to the point where everything waits, or to the end. */
export class JobTurn {
  private readonly ledger: JobLedger;
  private readonly progress: Progress;
  private readonly forward: StepForward;
  private readonly undoer: StepUndo;
  private readonly caller: StepCaller;
  private readonly parts: ReplayParts;

  constructor(
    private readonly job: Job,
    rows: readonly StepRow[],
    private readonly ports: EnginePorts,
    signal: HttpSignal,
    polls: PollBatch,
    private readonly parked: (wakeInMs: number) => void,
  ) {
    this.ledger = new JobLedger(job, rows, ports.journal);
    this.progress = new Progress(job.program);
    this.caller = new StepCaller(this.ledger, polls, ports.meter);
    const stepPorts = { ...ports, ledger: this.ledger, progress: this.progress, caller: this.caller };
    this.forward = new StepForward(stepPorts);
    this.undoer = new StepUndo(stepPorts, this.forward);
    const modules = new JobModules(job, ports.modules, ports.sealer, signal);
    this.parts = {
      job,
      ledger: this.ledger,
      progress: this.progress,
      modules,
      forward: this.forward,
      sealer: ports.sealer,
      timers: ports.timers,
    };
  }

  /** Runs the turn and commits its outcome. Throws `LeaseLost` when somebody else holds the job by now, and `JournalTrouble`. */
  async run(): Promise<string> {
    let outcome: TurnOutcome;
    try {
      outcome = await this.work();
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof JournalTrouble) throw error;
      outcome = this.afterTrouble(error);
    }
    const turn = this.scaled(
      outcomeOf(outcome, this.job, this.ledger, this.progress, (value) => this.ports.sealer.wipe(value)),
      outcome,
    );
    await this.ports.journal.writeTurn(turn);
    if (turn.wakeInMs !== null) this.parked(turn.wakeInMs);
    return outcome.kind;
  }

  private async work(): Promise<TurnOutcome> {
    const { job } = this;
    if (job.phase === 'forward' && this.ledger.all().length === 0) {
      const pointless = pointlessFor(job);
      if (pointless) return { kind: 'superseded', because: pointless };
      if (this.ledger.stopRequested) {
        return job.operation === 'create'
          ? { kind: 'over', state: 'cancelled', lookAgain: false }
          : { kind: 'superseded', because: 'a newer operation came first' };
      }
    }
    switch (job.phase) {
      case 'forward':
      case 'settling':
        return this.goOn();
      case 'undoing':
        return this.undoAll();
      case 'looking':
        return this.lookAgain();
      case 'ended':
        return { kind: 'nothing' };
    }
  }

  /** Phase the job is in by now: the first final error ends the way forward. */
  private get phase(): JobPhase {
    return this.job.phase === 'forward' && this.ledger.failure ? 'settling' : this.job.phase;
  }

  private async goOn(): Promise<TurnOutcome> {
    const components = await this.parts.modules.open();
    this.refuseStrangeJournal(components);
    // A stop begins and repeats nothing any more, as a failure does.
    const settling = this.ledger.failure !== null || this.ledger.stopRequested;
    const { end, replay } = await replayForward(this.parts, components, (step) =>
      settling ? this.settleOne(step) : this.forward.perform(step),
    );
    if (end.kind === 'broke') throw end.error;
    if (end.kind === 'threw') {
      if (!isPanelError(end.error)) throw end.error;
      // Without a failed step, the function itself refused, in the code between them.
      if (!this.ledger.failure) this.ledger.fail(stepErrorOf(end.error));
    }
    const open = this.openSteps(replay);
    if (this.ledger.stopRequested && !this.ledger.failure && !(end.kind === 'returned' && this.isWhole(replay))) this.ledger.fail(stopped);
    if (this.ledger.failure) return this.afterFailure(components, replay);
    if (end.kind === 'returned' && open.length === 0) return this.complete(end, replay, components);
    if (open.length === 0) throw new Error('the operation waits for something that is not a step');
    const live = open.filter((row) => replay.live.has(row.key));
    // Nothing would ever come of a step that the function no longer comes to.
    if (live.length === 0) throw new PersonNeeded(this.unknownStep(open[0]!));
    return { kind: 'park', wakeInMs: nextWake(live), phase: this.phase };
  }

  /** Every step that the functions came to is done; they may have returned without waiting for one. */
  private isWhole(replay: Replay): boolean {
    return [...replay.live.keys(), ...replay.composites].every((key) => this.ledger.find(key)?.state === 'done');
  }

  /** Steps under way. A step that is another module's operation is not under way itself, its parts are. */
  private openSteps(replay: Replay): StepRow[] {
    return this.ledger.open().filter((row) => !replay.composites.has(row.key));
  }

  /** Sees to its end what is under way, then turns round. */
  private async afterFailure(components: readonly ReadyComponent[], replay: Replay): Promise<TurnOutcome> {
    for (const row of this.openSteps(replay)) {
      const step = replay.live.get(row.key);
      if (!step) throw new PersonNeeded(this.unknownStep(row));
      await this.forward.settle(step, row);
    }
    const open = this.openSteps(replay);
    if (open.length > 0) return { kind: 'park', wakeInMs: nextWake(open), phase: this.phase };
    const failure = this.ledger.failure!;
    if (failure.code === 'not_owned') {
      return {
        kind: 'person',
        task: {
          kind: 'not_owned',
          stepKey: '',
          title: 'Something there belongs to somebody else',
          detail: `${failure.message}. Nothing was undone.`,
        },
      };
    }
    if (failure.code !== 'stopped' && onFailure(this.job, components) === 'keep') {
      return {
        kind: 'person',
        task: { kind: 'failed', stepKey: '', title: `${this.job.operation} failed and was kept as it is`, detail: failure.message },
      };
    }
    return { kind: 'turn round' };
  }

  private async settleOne(step: LiveStep): Promise<StepEnd> {
    const row = this.ledger.find(step.key);
    if (!row) return { kind: 'rest' };
    return this.forward.recall(step, row) ?? this.forward.settle(step, row);
  }

  /** Undoes, in reverse order of completion, everything of which something may be left. */
  private async undoAll(): Promise<TurnOutcome> {
    const replay = await replayKnown(this.parts, await this.parts.modules.open());
    const rows = this.ledger
      .all()
      .filter((row) => maybeThere(row, replay.live.get(row.key)))
      .sort((a, b) => (b.finishNumber ?? Infinity) - (a.finishNumber ?? Infinity));
    for (const row of rows) {
      const step = replay.live.get(row.key);
      if (replay.composites.has(row.key)) {
        await this.ledger.write({ key: row.key, position: row.position, serverId: row.serverId }, { state: 'undone' });
      } else if (!step) {
        throw new PersonNeeded(this.unknownStep(row));
      } else if ((await this.undoer.undo(step, row)) === 'rest') {
        return { kind: 'park', wakeInMs: this.dueIn(row.key), phase: 'undoing' };
      }
    }
    const state = this.ledger.failure?.code === 'stopped' ? 'cancelled' : 'failed';
    return { kind: 'over', state, lookAgain: this.doubtful(replay).length > 0 };
  }

  /** After the job is over: looks once more for claims whose outcome was ever unknown. */
  private async lookAgain(): Promise<TurnOutcome> {
    const replay = await replayKnown(this.parts, await this.parts.modules.open());
    const { claimedBefore, claimedAgain, completed } = await this.ports.journal.succession(this.job.id);
    for (const row of this.doubtful(replay, claimedBefore)) {
      // What a later operation of the service has made under the same claim is its own, not a leftover of ours.
      if (claimedAgain.has(row.key)) continue;
      const step = replay.live.get(row.key);
      if (!step) throw new PersonNeeded(this.unknownStep(row));
      // What turns up after the service has ended was not there to be removed with it.
      if (this.job.state === 'completed' && this.job.serviceState !== 'terminated') {
        if (!completed) await this.caller.sweep(step, this.forward.openOutput(row.key, row.output));
      } else if ((await this.undoer.undo(step, row.state === 'undoing' ? row : { ...row, state: 'dropped', dueInMs: 0 })) === 'rest') {
        return { kind: 'park', wakeInMs: Math.max(this.dueIn(row.key), 1), phase: 'looking' };
      }
    }
    return { kind: 'looked', count: this.job.lookAgainCount + 1 };
  }

  /** Steps of which something may turn up late. A person was asked about those that cannot be looked for. */
  private doubtful(replay: Replay, inherited: ReadonlySet<string> = new Set()): StepRow[] {
    return this.ledger.all().filter((row) => {
      const step = replay.live.get(row.key);
      return (
        (row.unknown || inherited.has(row.key)) &&
        !replay.composites.has(row.key) &&
        leavesSomething(row, step) &&
        (!step || step.spec.find !== undefined || step.spec.sweep !== undefined)
      );
    });
  }

  private async complete(
    end: ReplayEnd & { kind: 'returned' },
    replay: Replay,
    components: readonly ReadyComponent[],
  ): Promise<TurnOutcome> {
    // The parts of another module's operation that ended in an earlier turn were not come to in this one.
    const seen = this.ledger.all().every((row) => !row.unknown || replay.live.has(row.key))
      ? replay
      : await replayKnown(this.parts, components);
    // A call of an earlier try under the same claim may arrive yet, and would make a second one.
    const mayBeTwice = [...seen.live.values()].some((step) => step.spec.sweep);
    const inherited = mayBeTwice ? (await this.ports.journal.succession(this.job.id)).claimedBefore : undefined;
    const doubtful = this.doubtful(seen, inherited);
    for (const row of doubtful.filter((one) => seen.live.get(one.key)?.spec.sweep)) {
      try {
        await this.caller.sweep(seen.live.get(row.key)!, this.forward.openOutput(row.key, row.output));
      } catch (error) {
        // The late looks sweep again; what the customer has is complete.
        this.ports.log.warn(`job ${this.job.id}: '${row.key}' could not be swept`, { reason: stepErrorOf(error).message });
      }
    }
    return completion(this.job, end.outputs, components, this.ports.sealer, doubtful.length > 0);
  }

  /** What becomes of the job when the engine could not go on with it now. Nothing was called that the journal does not know of. */
  private afterTrouble(error: unknown): TurnOutcome {
    const { phase } = this;
    if (error instanceof PersonNeeded) return { kind: 'person', task: error.task, phase };
    const verdict = judge(error);
    const message = stepErrorOf(error).message;
    if (verdict === 'later' || (phase === 'looking' && (verdict === 'unknown' || verdict === 'mend'))) {
      this.ports.log.warn(`job ${this.job.id} waits: ${message}`);
      return { kind: 'park', wakeInMs: troublePauseMs * this.ports.waitScale + 100, phase };
    }
    if (verdict === 'bug') {
      this.ports.log.error(
        `job ${this.job.id} stopped: the extension failed in a way nobody planned for`,
        { operation: this.job.operation },
        error,
      );
      return {
        kind: 'person',
        phase,
        task: {
          kind: 'bug',
          stepKey: '',
          title: 'The extension failed in a way nobody planned for',
          detail: 'Nothing was undone. The log has the details; retry once it is mended.',
        },
      };
    }
    const kind: NewOperatorTask['kind'] = verdict === 'mend' ? 'fix_settings' : 'extension';
    return {
      kind: 'person',
      phase,
      task: { kind, stepKey: '', title: `The job cannot go on: ${message}`, detail: 'Mend it, then retry the job.' },
    };
  }

  /** A journal written by another version that names steps this one does not have is not guessed at. */
  private refuseStrangeJournal(components: readonly ReadyComponent[]): void {
    const planned = new Map(components.map((one) => [one.component.name, one]));
    for (const row of this.ledger.all()) {
      const [component, name] = row.key.split(' / ');
      const ready = planned.get(component ?? '');
      if (!ready || name === undefined || ready.module.version === ready.component.version) continue;
      if (!ready.operation.steps.some((step) => step.replaceAll('/', '∕') === name)) throw new PersonNeeded(this.unknownStep(row));
    }
  }

  private unknownStep(row: StepRow): NewOperatorTask {
    const detail = 'Another version of the extension did it. Install that version again and retry, or see to it at the provider.';
    return {
      kind: 'extension',
      stepKey: row.key,
      title: `'${this.progress.title(row.key)}' is not known to the extension that is installed`,
      detail,
    };
  }

  private dueIn(key: string): number {
    return this.ledger.find(key)?.dueInMs ?? 0;
  }

  /** Late looks are waits like others; a parked step's time is scaled where it is made. */
  private scaled(turn: TurnEntry, outcome: TurnOutcome): TurnEntry {
    return outcome.kind === 'park' || turn.wakeInMs === null ? turn : { ...turn, wakeInMs: turn.wakeInMs * this.ports.waitScale };
  }
}

function nextWake(rows: readonly StepRow[]): number {
  return Math.max(0, Math.min(...rows.map((row) => row.dueInMs)));
}

function onFailure(job: Job, components: readonly ReadyComponent[]): 'roll back' | 'keep' {
  const declared = components.find((one) => one.operation.onFailure)?.operation.onFailure;
  return declared ?? (job.operation === 'create' ? 'roll back' : 'keep');
}

/** Why an operation that has not begun need not begin, given what became of the service. */
export function pointlessFor(job: Pick<Job, 'operation' | 'serviceState'>): string | undefined {
  const { operation, serviceState } = job;
  if (serviceState === 'terminated' || serviceState === 'cancelled') return `the service is ${serviceState}`;
  if (serviceState === 'pending' && operation !== 'create') return 'the service was never delivered';
  if (operation === 'create' && serviceState !== null && serviceState !== 'pending') return `the service is ${serviceState} already`;
  return undefined;
}
