import {
  isPanelError,
  PanelError,
  type Ctx,
  type JsonObject,
  type Operation,
  type OperationShape,
  type SubOperation,
} from '@hostwright/sdk';
import { currentCall } from './call-scope.js';
import type { Asker } from './job.js';
import { isOfJournal } from './journal.js';
import type { LiveStep, StepSpec } from './live-step.js';
import type { OpenModule } from './module-host.js';
import { asJson } from './plain-json.js';
import { stepKey } from './progress.js';
import type { ReadyComponent, ReplayEnd, ReplayPorts, StepEnd } from './replay-ports.js';
import { connected, isSubOperation } from './sub-operations.js';
import { checkLeft, inputsOf, mayBegin, usesOutputOf, withInputs } from './wiring.js';

/** Runs a job's functions from the top. Finished steps answer from the journal, so they come to where they were. */
export class Replay {
  /** Steps come to so far, by key. */
  readonly live = new Map<string, LiveStep>();
  /** Keys of steps that are operations of other modules: what there is to do or undo are their parts. */
  readonly composites = new Set<string>();
  /** What components have returned, by name. */
  readonly outputs = new Map<string, unknown>();
  /** What components have thrown, by name. */
  readonly thrown = new Map<string, unknown>();
  /** Components that wait for others. */
  private held: readonly ReadyComponent[] = [];
  private readonly seen = new Set<string>();
  private active = 0;
  private running = 0;
  private problem: Extract<ReplayEnd, { readonly error: unknown }> | undefined;
  private checking = false;
  private ended = false;
  private readonly alarms = new Set<{ cancel(): void }>();
  private settle: (end: ReplayEnd) => void = () => undefined;

  constructor(private readonly ports: ReplayPorts) {}

  /** Runs until every function has returned or nothing moves any more. */
  run(components: readonly ReadyComponent[]): Promise<ReplayEnd> {
    return new Promise((resolve) => {
      this.settle = resolve;
      this.held = components;
      this.beginReady();
      this.look();
    });
  }

  /** Begins every component that waits for nothing any more. */
  private beginReady(): void {
    const ready = this.held.filter((one) => mayBegin(one, this.outputs));
    if (ready.length === 0) return;
    this.held = this.held.filter((one) => !ready.includes(one));
    for (const one of ready) this.begin(one);
  }

  private begin(ready: ReadyComponent): void {
    const { name } = ready.component;
    this.running += 1;
    const stopped = (error: unknown): void => {
      this.thrown.set(name, error);
      this.stumble({ kind: 'threw', error });
    };
    this.outputOf(ready).then((output) => {
      const left = asJson(output);
      try {
        if (this.held.some(({ component }) => usesOutputOf(component, name))) checkLeft(ready, left);
      } catch (error) {
        stopped(error);
        return;
      }
      this.outputs.set(name, left);
      this.running -= 1;
      this.beginReady();
      this.look();
    }, stopped);
  }

  private outputOf(ready: ReadyComponent): Promise<unknown> {
    const { operation, module, component, input } = ready;
    try {
      const wired = inputsOf(ready, this.outputs);
      return this.execute(operation, module, component, [component.name], wired ? withInputs(input, wired) : input);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** One function: the component's own, or that of a connected module it called. `begun`: gets every step it begins, awaited or not. */
  private async execute(
    operation: Operation<OperationShape>,
    module: OpenModule,
    asker: Asker,
    path: readonly string[],
    input: JsonObject,
    begun?: Promise<StepEnd>[],
  ): Promise<unknown> {
    const names = new Set(operation.steps);
    const place = (name: string | readonly [string, string]): { key: string; name: string; within: readonly string[] } => {
      const [declared, suffix] = typeof name === 'string' ? [name] : name;
      if (currentCall()) throw new Error(`step '${declared}' was called inside another step`);
      if (declared === undefined || !names.has(declared)) throw new Error(`step '${String(declared)}' is not declared`);
      // What is part of a repeated step bears that step's key too, or its parts would be those of the first.
      const within = [...path, declared, ...(suffix === undefined ? [] : [suffix])];
      const key = stepKey(...within);
      if (this.seen.has(key)) throw new Error(`step '${key}' was called twice`);
      this.seen.add(key);
      return { key, name: declared, within };
    };
    const step = (name: string | readonly [string, string], what: unknown): Promise<unknown> => {
      const { key, name: declared, within } = place(name);
      const at = { key, name: declared, position: this.ports.progress.position(key), serverId: module.serverId };
      return this.track(
        () => (isSubOperation(what) ? this.callModule(what, at, asker, within) : this.perform({ ...at, spec: what as StepSpec, module })),
        begun,
      );
    };
    const skip = (name: string | readonly [string, string], reason: string): void => {
      const { key, name: declared } = place(name);
      void this.track(
        () => this.ports.skip({ key, name: declared, position: this.ports.progress.position(key), serverId: module.serverId }, reason),
        begun,
      );
    };
    const ctx: Ctx = { ...module.ctx, ...connected };
    return operation.run({ ...input, ctx, step, skip } as unknown as Parameters<typeof operation.run>[0]);
  }

  /**
   * Does a step. One that rests is looked at again when its time comes, as long as a call of another step keeps the job awake: a slow
   * call holds nothing else up. Once nothing is at work any more, the job rests as a whole.
   */
  private async perform(step: LiveStep): Promise<StepEnd> {
    this.live.set(step.key, step);
    for (;;) {
      const end = await this.ports.perform(step);
      const wait = end.kind === 'rest' && this.active > 1 ? this.ports.restsFor(step.key) : undefined;
      if (wait === undefined || !(await this.sleep(wait))) return end;
      this.ports.comeDue(step.key);
    }
  }

  /** True when the time has passed while something else was at work; false when everything came to rest before. */
  private async sleep(ms: number): Promise<boolean> {
    this.active -= 1;
    const woken = await new Promise<boolean>((resolve) => {
      const timer = this.ports.timers.after(Math.ceil(ms), () => {
        this.alarms.delete(alarm);
        resolve(true);
      });
      const alarm = {
        cancel: () => {
          timer.cancel();
          resolve(false);
        },
      };
      this.alarms.add(alarm);
      this.look();
    });
    this.active += 1;
    return woken;
  }

  /** A step that is an operation of a connected module: its steps are journaled as parts of this one. */
  private async callModule(
    sub: SubOperation<unknown>,
    at: Omit<LiveStep, 'module' | 'spec'>,
    asker: Asker,
    path: readonly string[],
  ): Promise<StepEnd> {
    this.composites.add(at.key);
    const early = await this.ports.enter(at);
    if (!early) return this.runParts(sub, at, asker, path);
    if (early.kind === 'value' && this.ports.everyPart) void this.track(() => this.runParts(sub, at, asker, path));
    return early;
  }

  private async runParts(
    sub: SubOperation<unknown>,
    at: Omit<LiveStep, 'module' | 'spec'>,
    asker: Asker,
    path: readonly string[],
  ): Promise<StepEnd> {
    const called = await this.ports.connect(asker, sub, this.outputs);
    if ('needless' in called) return this.ports.leave(at, undefined);
    if ('error' in called) return { kind: 'error', error: called.error };
    const { module, input } = called;
    const operation = module.operation(sub.operation);
    if (!operation) {
      const message = `the ${sub.kind} module of '${module.extension}' cannot ${sub.operation}`;
      return { kind: 'error', error: new PanelError('unsupported', message) };
    }
    // While its parts are at work the step itself is not: it may rest with them.
    this.active -= 1;
    let output: unknown;
    try {
      const begun: Promise<StepEnd>[] = [];
      output = await this.execute(operation, module, called.asker ?? asker, path, input, begun);
      // Parts that its function did not await are parts all the same: it is not over before they are.
      const ends = await Promise.allSettled(begun);
      if (ends.some((end) => end.status === 'rejected' || end.value.kind === 'rest')) return { kind: 'rest' };
      const failed = ends.flatMap((end) => (end.status === 'fulfilled' && end.value.kind === 'error' ? [end.value] : []))[0];
      if (failed) return failed;
    } catch (error) {
      if (isPanelError(error)) return { kind: 'error', error };
      this.stumble({ kind: 'threw', error });
      return { kind: 'rest' };
    } finally {
      this.active += 1;
    }
    return this.ports.leave(at, asJson(output));
  }

  /** The promise the function gets. It stays open while the step rests, so that no `catch` can mistake a wait for a failure. */
  private track(work: () => Promise<StepEnd>, begun?: Promise<StepEnd>[]): Promise<unknown> {
    this.active += 1;
    const promise = new Promise<unknown>((resolve, reject) => {
      const end = work();
      begun?.push(end);
      end.then(
        (end) => {
          this.active -= 1;
          if (end.kind === 'value') resolve(end.value);
          else if (end.kind === 'error') {
            // The function may await it later, or never.
            promise.catch(() => undefined);
            reject(end.error as Error);
          }
          this.look();
        },
        (error: unknown) => {
          this.active -= 1;
          // A failure of the step itself was journaled by whoever performed it and comes as an end; what is thrown is a stop.
          this.stumble({ kind: 'broke', error });
        },
      );
    });
    return promise;
  }

  private stumble(problem: Extract<ReplayEnd, { readonly error: unknown }>): void {
    // A journal that this turn no longer knows comes before what the function made of anything, and what nobody planned for before a refusal.
    const outranks = !isPanelError(problem.error) && this.problem?.kind === 'threw' && isPanelError(this.problem.error);
    if (!this.problem || isOfJournal(problem.error) || outranks) this.problem = problem;
    this.look();
  }

  /** Ends the run once nothing moves, after the function's own pure code has had its turn. */
  private look(): void {
    if (this.active > 0 || this.checking) return;
    this.checking = true;
    this.ports.timers.atRest(() => {
      this.checking = false;
      if (this.active > 0 || this.ended) return;
      this.ended = true;
      for (const alarm of this.alarms) alarm.cancel();
      if (this.problem) this.settle(this.problem);
      else if (this.running === 0 && this.held.length === 0) this.settle({ kind: 'returned', outputs: this.outputs });
      else this.settle({ kind: 'resting' });
    });
  }
}
