import { isPanelError, type Operation, type OperationShape, type Pending, type Polled } from '@hostwright/sdk';

/*
 * The effect protocol, small: intent, find, run, until, and undo, one step after the other, everything that crosses made JSON and
 * read again. Enough to show what a module does with it; it keeps nothing over a crash.
 */

/** A step as the runner calls it, its own types forgotten. */
interface AnyStep {
  readonly claim?: unknown;
  readonly strength?: string;
  find?(claim: unknown): Promise<{ readonly state: 'absent' } | Pending<unknown> | { readonly state: 'done'; readonly output: unknown }>;
  run?(claim: unknown): Promise<unknown>;
  until?(task: unknown): Promise<Polled<unknown, unknown>>;
  undo?(output: unknown, claim: unknown): Promise<unknown>;
  sweep?(claim: unknown, keep: unknown): Promise<void>;
}

export interface RunOptions {
  /** A step whose result is thrown away the first time, as by a crash between the call and the journal. */
  readonly crashAfter?: string;
  /** Attempts per step after `unknown_outcome` and `unavailable`. Default 3. */
  readonly attempts?: number;
}

export interface Run<Output> {
  readonly output: Output;
  /** Finished steps in order of completion. */
  readonly finished: readonly string[];
  /** Undoes every finished step, the last one first. May be called twice. */
  undo(): Promise<void>;
  /** Removes what calls of unknown outcome made beside what was kept. */
  sweep(): Promise<void>;
}

/** Why a run failed, with what it had finished until then. */
export class RunFailed extends Error {
  constructor(
    override readonly cause: unknown,
    readonly undo: () => Promise<void>,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

const pollMs = 20;

export async function runOperation<Shape extends OperationShape>(
  operation: Operation<Shape>,
  args: Shape['input'] & { readonly ctx: unknown },
  options: RunOptions = {},
): Promise<Run<Shape['output']>> {
  const finished: { readonly name: string; readonly undo: () => Promise<void>; readonly sweep: () => Promise<void> }[] = [];
  const skipped: string[] = [];
  let crash = options.crashAfter;

  const step = async (name: string | readonly [string, string], spec: AnyStep): Promise<unknown> => {
    const plain = typeof name === 'string' ? name : name[0];
    if (!operation.steps.includes(plain)) throw new Error(`step "${plain}" is not declared`);
    const claim = throughJson(spec.claim);
    const output = await settle(spec, claim, options.attempts ?? 3, () => {
      const crashed = crash === plain;
      if (crashed) crash = undefined;
      return crashed;
    });
    finished.push({
      name: plain,
      undo: async () => {
        await spec.undo?.(throughJson(output), claim);
      },
      sweep: async () => {
        await spec.sweep?.(claim, throughJson(output));
      },
    });
    return output;
  };
  const undo = async (): Promise<void> => {
    for (const done of [...finished].reverse()) await done.undo();
  };
  const sweep = async (): Promise<void> => {
    for (const done of finished) await done.sweep();
  };
  const skip = (name: string): void => void skipped.push(name);
  try {
    // The types of one operation are forgotten here, as in the real host.
    const output = await operation.run({ ...args, service: { id: '42' }, reserved: {}, step, skip } as unknown as Parameters<
      Operation<Shape>['run']
    >[0]);
    for (const name of operation.steps) {
      if (!skipped.includes(name) && !finished.some((each) => each.name === name))
        throw new Error(`step "${name}" neither ran nor was skipped`);
    }
    return { output: throughJson(output), finished: finished.map((each) => each.name), undo, sweep };
  } catch (error) {
    throw new RunFailed(error, undo);
  }
}

async function settle(spec: AnyStep, claim: unknown, attempts: number, crashes: () => boolean): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const output = await once(spec, claim);
      if (!crashes()) return throughJson(output);
    } catch (error) {
      const again = isPanelError(error) && (error.code === 'unknown_outcome' || error.code === 'unavailable');
      // A claim without `find` cannot be settled after an unknown outcome.
      const settles = spec.claim === undefined || spec.find !== undefined;
      if (!again || !settles || attempt >= attempts) throw error;
      await pause();
    }
  }
}

async function once(spec: AnyStep, claim: unknown): Promise<unknown> {
  const found = await spec.find?.(claim);
  if (found?.state === 'done') return found.output;
  let task = found?.state === 'pending' ? found.task : await spec.run?.(claim);
  if (spec.until === undefined) return task;
  for (;;) {
    const polled = await spec.until(throughJson(task));
    if (polled.state === 'done') return polled.output;
    if (polled.state === 'failed') throw polled.error;
    if (polled.task !== undefined) task = polled.task;
    await pause();
  }
}

function throughJson<Value>(value: Value): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pollMs));
}
