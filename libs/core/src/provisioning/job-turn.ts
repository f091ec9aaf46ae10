import { isPanelError, type HttpSignal, type Json, type JsonObject, type Operation, type OperationShape } from '@hostwright/sdk';
import type { EngineLog, EngineMeter } from './engine-log.js';
import type { Job, ProgramComponent, StepError, StepRow } from './job.js';
import { JobLedger } from './job-ledger.js';
import { JournalTrouble, LeaseLost, type JobTurn as TurnEntry, type Journal, type NewOperatorTask } from './journal.js';
import type { LiveStep } from './live-step.js';
import type { ModuleHost, OpenModule } from './module-host.js';
import { stepErrorOf } from './outcome.js';
import type { Permits } from './permits.js';
import type { PollBatch } from './poll-batch.js';
import { Progress } from './progress.js';
import { Replay, type ReadyComponent, type ReplayEnd, type StepEnd } from './replay.js';
import type { Sealer } from './sealer.js';
import { StepCaller } from './step-caller.js';
import { PersonNeeded, StepForward } from './step-forward.js';
import { StepUndo, maybeThere } from './step-undo.js';
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
  readonly waitScale: number;
}

/** Which operation of a module a job's operation is. */
function operationName(job: Job): string {
  return job.operation;
}

/** One turn of a claimed job: from the journal as it stands to the point where everything waits, or to the end. */
export class JobTurn {
  private readonly ledger: JobLedger;
  private readonly progress: Progress;
  private readonly forward: StepForward;
  private readonly undoer: StepUndo;
  private readonly connections = new Map<string, Promise<OpenModule>>();
  private readonly caller: StepCaller;

  constructor(
    private readonly job: Job,
    rows: readonly StepRow[],
    private readonly ports: EnginePorts,
    private readonly signal: HttpSignal,
    polls: PollBatch,
    private readonly parked: (wakeInMs: number) => void,
  ) {
    this.ledger = new JobLedger(job, rows, ports.journal);
    this.progress = new Progress(job.program);
    this.caller = new StepCaller(this.ledger, polls, ports.meter);
    const stepPorts = { ...ports, ledger: this.ledger, progress: this.progress, caller: this.caller };
    this.forward = new StepForward(stepPorts);
    this.undoer = new StepUndo(stepPorts, this.forward);
  }

  /** Runs the turn and commits its outcome. Throws `LeaseLost` when somebody else holds the job by now. */
  async run(): Promise<string> {
    let outcome: TurnOutcome;
    try {
      outcome = await this.work();
    } catch (error) {
      if (error instanceof PersonNeeded) outcome = { kind: 'person', task: error.task };
      else if (isPanelError(error)) outcome = await this.cannotOpen(error);
      else if (error instanceof LeaseLost || error instanceof JournalTrouble) throw error;
      else outcome = { kind: 'person', task: this.bugTask(error) };
    }
    const turn = scaled(outcomeOf(outcome, this.job, this.ledger, this.progress, (value) => this.ports.sealer.wipe(value)), outcome, this.ports.waitScale);
    await this.ports.journal.writeTurn(turn);
    if (turn.wakeInMs !== null) this.parked(turn.wakeInMs);
    return outcome.kind;
  }

  private async work(): Promise<TurnOutcome> {
    const { job } = this;
    if (job.phase === 'forward' && this.ledger.all().length === 0) {
      const pointless = pointlessFor(job);
      if (pointless) return { kind: 'superseded', because: pointless };
      if (this.ledger.stopRequested) return { kind: 'over', state: 'cancelled', lookAgain: false };
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
        return { kind: 'over', state: job.state, lookAgain: false };
    }
  }

  private async goOn(): Promise<TurnOutcome> {
    const components = await this.open();
    this.refuseStrangeJournal(components);
    const settling = this.ledger.failure !== null;
    const { end, replay } = await this.replay(components, (step) => (settling ? this.settleOne(step) : this.forward.perform(step)));
    if (end.kind === 'threw' && !this.ledger.failure) {
      const { error } = end;
      if (!isPanelError(error)) throw error;
      // The function itself refused, between steps.
      this.ledger.fail(stepErrorOf(error));
    }
    if (end.kind === 'threw' && !isPanelError(end.error)) throw end.error;
    if (this.ledger.stopRequested && !this.ledger.failure && end.kind !== 'returned') this.ledger.fail(stopped);
    if (this.ledger.failure) return this.afterFailure(components, replay);
    if (end.kind === 'returned') return this.complete(end, replay);
    const open = this.ledger.open();
    if (open.length === 0) throw new Error('the operation waits for something that is not a step');
    return { kind: 'park', wakeInMs: nextWake(open) };
  }

  /** Sees to its end what is under way, then turns round. */
  private async afterFailure(components: readonly ReadyComponent[], replay: Replay): Promise<TurnOutcome> {
    for (const row of this.ledger.open()) {
      const step = replay.live.get(row.key);
      if (step) await this.forward.settle(step, row);
    }
    const open = this.ledger.open().filter((row) => replay.live.has(row.key));
    if (open.length > 0) return { kind: 'park', wakeInMs: nextWake(open), phase: 'settling' };
    const failure = this.ledger.failure!;
    if (failure.code === 'not_owned') {
      return { kind: 'person', task: { kind: 'not_owned', stepKey: '', title: 'Something there belongs to somebody else', detail: `${failure.message}. Nothing was undone.` } };
    }
    if (failure.code !== 'stopped' && onFailure(this.job, components) === 'keep') {
      return { kind: 'person', task: { kind: 'failed', stepKey: '', title: `${this.job.operation} failed and was kept as it is`, detail: failure.message } };
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
    const { replay } = await this.recover();
    const rows = this.ledger.all().filter(maybeThere).sort((a, b) => (b.finishNumber ?? Infinity) - (a.finishNumber ?? Infinity));
    for (const row of rows) {
      const step = replay.live.get(row.key);
      if (!step) {
        if (isComposite(row, this.ledger)) {
          await this.ledger.write({ key: row.key, position: row.position, serverId: row.serverId }, { state: 'undone' });
          continue;
        }
        throw new PersonNeeded({ kind: 'extension', stepKey: row.key, title: `'${this.progress.title(row.key)}' is no longer known to the extension`, detail: 'It was done by another version and cannot be undone by this one.' });
      }
      if ((await this.undoer.undo(step, row)) === 'rest') {
        return { kind: 'park', wakeInMs: nextWake(this.ledger.all().filter((one) => one.key === row.key)), phase: 'undoing' };
      }
    }
    const state = this.ledger.failure?.code === 'stopped' ? 'cancelled' : 'failed';
    return { kind: 'over', state, lookAgain: this.everUnknown().length > 0 };
  }

  /** After the job is over: looks once more for claims whose outcome was ever unknown. */
  private async lookAgain(): Promise<TurnOutcome> {
    const { replay } = await this.recover();
    for (const row of this.everUnknown()) {
      const step = replay.live.get(row.key);
      if (!step) continue;
      if (this.job.state === 'completed') await this.caller.sweep(step, this.forward.openOutput(row.key, row.output));
      else if ((await this.undoer.undo(step, row.state === 'undoing' ? row : { ...row, state: 'dropped', dueInMs: 0 })) === 'rest') {
        return { kind: 'park', wakeInMs: nextWake(this.ledger.all().filter((one) => one.key === row.key)), phase: 'looking' };
      }
    }
    return { kind: 'looked', count: this.job.lookAgainCount + 1 };
  }

  private everUnknown(): StepRow[] {
    return this.ledger.all().filter((row) => row.unknown);
  }

  private async complete(end: ReplayEnd & { kind: 'returned' }, replay: Replay): Promise<TurnOutcome> {
    const doubtful = this.everUnknown().filter((row) => replay.live.get(row.key)?.spec.sweep);
    for (const row of doubtful) await this.caller.sweep(replay.live.get(row.key)!, this.forward.openOutput(row.key, row.output));
    return completion(this.job, end.outputs, this.ports.sealer, doubtful.length > 0);
  }

  /** Replays what the journal knows, to have the closures again. Nothing is called. */
  private async recover(): Promise<{ replay: Replay }> {
    const components = await this.open();
    const { replay, end } = await this.replay(components, async (step) => {
      const row = this.ledger.find(step.key);
      return (row && this.forward.recall(step, row)) ?? { kind: 'rest' };
    }, true);
    if (end.kind === 'threw' && !isPanelError(end.error)) throw end.error;
    return { replay };
  }

  private async replay(components: readonly ReadyComponent[], perform: (step: LiveStep) => Promise<StepEnd>, recovering = false): Promise<{ end: ReplayEnd; replay: Replay }> {
    const replay = new Replay({
      ledger: this.ledger,
      progress: this.progress,
      connect: (component, kind) => this.connect(component, kind),
      perform,
      enter: async (step) => {
        const row = this.ledger.find(step.key);
        if (row?.state === 'done' && !recovering) return { kind: 'value', value: this.forward.openOutput(step.key, row.output) };
        if (!row) {
          if (recovering || this.ledger.failure || this.ledger.stopRequested) return { kind: 'rest' };
          await this.ledger.write(step, { state: 'intended' }, { events: this.startedEvents(step.key) });
        }
        return undefined;
      },
      leave: async (step, output) => {
        const row = this.ledger.find(step.key);
        if (row?.state === 'done' || recovering) return { kind: 'value', value: row?.output == null ? output : this.forward.openOutput(step.key, row.output) };
        const sealed = output === undefined ? null : this.ports.sealer.seal(output as Json, `step/${this.job.id}/${step.key}`);
        await this.ledger.write(step, { state: 'done', output: sealed }, { events: this.doneEvents(step.key) });
        return { kind: 'value', value: output };
      },
      skip: async (step, reason) => {
        if (!this.ledger.find(step.key) && !recovering) {
          await this.ledger.write(step, { state: 'skipped' }, { events: [this.progress.event('progress', this.ledger, step.key, `${this.progress.title(step.key)}: not needed, ${reason}`, true)] });
        }
        return { kind: 'value', value: undefined };
      },
    });
    return { end: await replay.run(components), replay };
  }

  private startedEvents(key: string): ReturnType<Progress['event']>[] {
    return this.progress.isDeclared(key) ? [this.progress.event('progress', this.ledger, key, `${this.progress.title(key)}: started`)] : [];
  }

  private doneEvents(key: string): ReturnType<Progress['event']>[] {
    return this.progress.isDeclared(key) ? [this.progress.event('progress', this.ledger, key, `${this.progress.title(key)}: done`, true)] : [];
  }

  private open(): Promise<ReadyComponent[]> {
    const { owner, components } = this.job.program;
    const { sealer, modules } = this.ports;
    return Promise.all(
      components.map(async (component) => {
        const module = await modules.open({ kind: 'provisioning', serverId: component.serverId, extension: component.extension }, this.scope());
        const operation = module.operation(operationName(this.job)) as Operation<OperationShape> | undefined;
        if (!operation) throw new PersonNeeded({ kind: 'extension', stepKey: '', title: `${component.extension} ${module.version} cannot ${this.job.operation}`, detail: 'Install a version that can, then retry.' });
        const open = (value: JsonObject, where: string): JsonObject => sealer.open(value, where) as JsonObject;
        const input: JsonObject = {
          service: { id: this.job.serviceId ?? '' },
          server: module.server,
          product: component.product,
          order: component.order,
          reserved: open(component.reserved, `program/${owner}`),
          properties: open(component.properties, `service/${this.job.serviceId}/${component.name}`),
          ...(component.remoteId === null ? {} : { remoteId: component.remoteId }),
        };
        return { component, operation, module, input };
      }),
    );
  }

  private connect(component: ProgramComponent, kind: string): Promise<OpenModule> {
    const serverId = component.connections[kind];
    if (serverId === undefined) throw new PersonNeeded({ kind: 'fix_settings', stepKey: '', title: `No ${kind} module is connected to '${component.name}'`, detail: 'Connect one to the product, then retry.' });
    let opened = this.connections.get(serverId);
    if (!opened) this.connections.set(serverId, (opened = this.ports.modules.open({ kind, serverId }, this.scope())));
    return opened;
  }

  private scope(): { owner: string; label: string; signal: HttpSignal } {
    return { owner: this.job.program.owner, label: `job ${this.job.id}`, signal: this.signal };
  }

  /** A module that cannot be opened now: later, or not without a person. Nothing was called. */
  private async cannotOpen(error: unknown): Promise<TurnOutcome> {
    const failure = stepErrorOf(error);
    if (failure.code === 'unavailable') return { kind: 'park', wakeInMs: 5_000 * this.ports.waitScale + 100, ...(this.job.phase === 'forward' ? {} : { phase: this.job.phase }) };
    const kind: NewOperatorTask['kind'] = failure.code === 'invalid_config' ? 'fix_settings' : 'extension';
    return { kind: 'person', task: { kind, stepKey: '', title: `The job cannot go on: ${failure.message}`, detail: 'Mend it, then retry the job.' } };
  }

  /** A journal written by another version that names steps this one does not have is not guessed at. */
  private refuseStrangeJournal(components: readonly ReadyComponent[]): void {
    const planned = new Map(components.map((one) => [one.component.name, one]));
    for (const row of this.ledger.all()) {
      const [component, name] = row.key.split(' / ');
      const ready = planned.get(component ?? '');
      if (!ready || name === undefined || ready.module.version === ready.component.version) continue;
      if (!ready.operation.steps.some((step) => step.replaceAll('/', '∕') === name)) {
        throw new PersonNeeded({
          kind: 'extension',
          stepKey: row.key,
          title: `'${this.progress.title(row.key)}' is not a step of ${ready.module.extension} ${ready.module.version}`,
          detail: `The job began on ${ready.component.version}. Install that version again, or roll back.`,
        });
      }
    }
  }

  private bugTask(error: unknown): NewOperatorTask {
    this.ports.log.error(`job ${this.job.id} stopped: the extension failed in a way nobody planned for`, { operation: this.job.operation }, error);
    return { kind: 'bug', stepKey: '', title: 'The extension failed in a way nobody planned for', detail: 'Nothing was undone. The log has the details; retry once it is mended.' };
  }
}

const stopped: StepError = { code: 'stopped', message: 'the job was asked to stop' };

function nextWake(rows: readonly StepRow[]): number {
  return rows.length === 0 ? 0 : Math.max(0, Math.min(...rows.map((row) => row.dueInMs)));
}

/** A step that is another module's operation: its parts carry what there is to undo. */
function isComposite(row: StepRow, ledger: JobLedger): boolean {
  return row.claim === null && ledger.all().some((other) => other.key.startsWith(`${row.key} / `));
}

function onFailure(job: Job, components: readonly ReadyComponent[]): 'roll back' | 'keep' {
  const declared = components.find((one) => one.operation.onFailure)?.operation.onFailure;
  return declared ?? (job.operation === 'create' ? 'roll back' : 'keep');
}

/** Why an operation that has not begun need not begin, given what became of the service. */
export function pointlessFor(job: Pick<Job, 'operation' | 'serviceState'>): string | undefined {
  const { serviceState } = job;
  if (serviceState === 'terminated' || serviceState === 'cancelled') return `the service is ${serviceState}`;
  if (serviceState === 'pending' && job.operation !== 'create') return 'the service was never delivered';
  return undefined;
}

/** Late looks are waits like others; a parked step's time is scaled where it is made. */
function scaled(turn: TurnEntry, outcome: TurnOutcome, waitScale: number): TurnEntry {
  return outcome.kind === 'park' || turn.wakeInMs === null ? turn : { ...turn, wakeInMs: turn.wakeInMs * waitScale };
}
