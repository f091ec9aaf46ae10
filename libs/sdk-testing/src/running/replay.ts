import type { Ctx, Json, Operation, OperationShape, Secret, ServiceFacts, SubOperation } from '@hostwright/sdk';
import type { AnyStep, Patience } from './any-step.js';
import { currentStep, onlyWithinSteps } from './call-scope.js';
import { asJson } from './crossing.js';
import type { TestJournal } from './journal.js';
import { Rest, StepForward } from './step-forward.js';

/** What an operation is given besides its input. */
export interface Surroundings {
  readonly ctx: Ctx;
  /** Default: the service `42`. */
  readonly service?: ServiceFacts;
  /** What core would have reserved, by name. Default: nothing. */
  readonly reserved?: Readonly<Record<string, string | number | Secret>>;
}

export interface ReplayParts {
  readonly journal: TestJournal;
  readonly patience: Patience;
  /** What connected modules were asked for, by step. */
  readonly asked: Map<string, SubOperation<unknown>>;
  answer(call: SubOperation<unknown>): Json | undefined;
  /** True, once, when the test wants a crash here. */
  crashes(key: string, point: 'call' | 'end'): boolean;
}

export type ReplayEnd =
  | { readonly kind: 'returned'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'crashed' };

/** The function run once from the top, as by one process: until it returns, fails or crashes. */
export class Replay {
  /** Steps come to, by key. */
  readonly live = new Map<string, AnyStep>();
  readonly #seen = new Set<string>();
  readonly #open = new Set<Promise<unknown>>();
  readonly #halting: Promise<void>;
  #halt: () => void = () => undefined;
  #crashed = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly parts: ReplayParts) {
    this.#halting = new Promise((resolve) => (this.#halt = resolve));
  }

  async run<Shape extends OperationShape>(operation: Operation<Shape>, args: Shape['input'] & Surroundings): Promise<ReplayEnd> {
    const { ctx, service = { id: '42' }, reserved = {}, ...input } = args as Surroundings & Record<string, unknown>;
    const given = {
      ...(asJson({ ...input, service, reserved }) as object),
      ctx: onlyWithinSteps(ctx),
      step: (name: string | readonly [string, string], what: AnyStep | SubOperation<unknown>) => this.step(operation, name, what),
      skip: (name: string | readonly [string, string]) => this.skip(operation, name),
    };
    const returned = this.call(operation, given);
    await Promise.race([returned, this.#halting]);
    // Whatever is under way comes to its end before the run does.
    while (this.#open.size > 0) await Promise.allSettled(this.#open);
    if (this.#crashed) return { kind: 'crashed' };
    if (this.#failure) return { kind: 'failed', error: this.#failure.error };
    return { kind: 'returned', output: asJson(await returned) };
  }

  /** A function that fails by itself has failed as one whose step has. */
  private async call<Shape extends OperationShape>(operation: Operation<Shape>, given: object): Promise<unknown> {
    try {
      // The types of one operation are forgotten here, as in the host.
      return await operation.run(given as Parameters<Operation<Shape>['run']>[0]);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  private fail(error: unknown): void {
    this.#failure ??= { error };
    this.#halt();
  }

  private place(operation: { readonly steps: readonly string[] }, name: string | readonly [string, string]): string {
    const [declared, suffix] = typeof name === 'string' ? [name] : name;
    const key = suffix === undefined ? declared : `${declared} / ${suffix}`;
    if (currentStep() !== undefined) throw new Error(`step "${key}" was called inside another step`);
    if (!operation.steps.includes(declared)) throw new Error(`step "${declared}" is not declared`);
    if (this.#seen.has(key)) throw new Error(`step "${key}" was called twice`);
    this.#seen.add(key);
    return key;
  }

  private skip(operation: { readonly steps: readonly string[] }, name: string | readonly [string, string]): void {
    const key = this.place(operation, name);
    if (!this.#crashed && !this.#failure) this.parts.journal.write(key, { state: 'skipped' });
  }

  /** The promise the function gets. It stays open when the step comes to rest without an end. */
  private step(
    operation: { readonly steps: readonly string[] },
    name: string | readonly [string, string],
    what: AnyStep | SubOperation<unknown>,
  ): Promise<unknown> {
    const key = this.place(operation, name);
    const promise = new Promise<unknown>((resolve, reject) => {
      const work = this.perform(key, what).then(resolve, (error: unknown) => {
        if (error instanceof Rest) return;
        this.fail(error);
        reject(error as Error);
      });
      this.#open.add(work);
      void work.finally(() => this.#open.delete(work));
    });
    // The function may await it later, or never.
    promise.catch(() => undefined);
    return promise;
  }

  private async perform(key: string, what: AnyStep | SubOperation<unknown>): Promise<unknown> {
    const { journal, patience } = this.parts;
    if (this.#crashed) throw new Rest();
    if ('kind' in what) return this.ask(key, what);
    this.live.set(key, what);
    if (this.#failure && !journal.find(key)) throw new Rest();
    return new StepForward(key, what, {
      journal,
      patience,
      halted: () => (this.#crashed ? 'crashed' : this.#failure && 'failed'),
      crashPoint: (at, point) => this.crashPoint(at, point),
    }).perform();
  }

  /** A call of a connected module is noted, not made. */
  private ask(key: string, what: SubOperation<unknown>): unknown {
    const { journal, asked, answer } = this.parts;
    const call = asJson(what) as unknown as SubOperation<unknown>;
    asked.set(key, call);
    const row = journal.find(key);
    if (row) return asJson(row.output);
    if (this.#failure) throw new Rest();
    return asJson(journal.write(key, { state: 'done', output: asJson(answer(call)) }).output);
  }

  private crashPoint(key: string, point: 'call' | 'end'): void {
    if (!this.parts.crashes(key, point)) return;
    this.#crashed = true;
    this.#halt();
    throw new Rest();
  }
}
