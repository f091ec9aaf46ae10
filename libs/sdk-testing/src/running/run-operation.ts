import { isPanelError, type ErrorCode, type Json, type Operation, type OperationShape, type SubOperation } from '@hostwright/sdk';
import type { Patience } from './any-step.js';
import { TestJournal } from './journal.js';
import { Replay, type ReplayParts, type Surroundings } from './replay.js';
import { sweepStep, undoStep, type KnownStep } from './step-undo.js';

export interface RunOptions {
  /**
   * A step after whose `run` the panel dies, once, before the answer is in the journal, if there was one. The function then starts from the top with what
   * the journal knows. Of a repeated step `name / key`.
   */
  readonly crashAfterCall?: string;
  /** A step at whose end the panel dies, once, before its output is in the journal. */
  readonly crashAtEnd?: string;
  /** How often a step is tried in all while the provider is unavailable or an outcome is unknown. Default 3. */
  readonly attempts?: number;
  /** Between two tries and between two looks at a wait, whatever the module or the provider asks for. Milliseconds, default 20. */
  readonly pauseMs?: number;
  /** What earlier runs of the operation have done. Default: nothing. */
  readonly journal?: TestJournal;
  /** What a connected module answers to a call that was given to `step`. Default: nothing. */
  readonly answer?: (call: SubOperation<unknown>) => Json | undefined;
}

/** What can still be done with what a run has left at the provider. */
export interface RunEffects {
  /** Finished steps in order of completion, those that answered from the journal first. */
  readonly finished: readonly string[];
  readonly skipped: readonly string[];
  /** What was asked of connected modules, by step. It is noted, not done. */
  readonly asked: ReadonlyMap<string, SubOperation<unknown>>;
  readonly journal: TestJournal;
  /**
   * Undoes the run as the host does: first what steps without a known outcome may have left, then the finished steps, the last one
   * first. May be called twice. Answers what stays all the same, as the steps' `remains` tell staff. Throws what an undo throws for good;
   * an `Error` when a step has left something and has no undo.
   */
  undo(): Promise<readonly string[]>;
  /** Removes what calls of unknown outcome made beside what was kept, where a step has a `sweep`. */
  sweep(): Promise<void>;
}

export interface Run<Output> extends RunEffects {
  readonly output: Output;
}

/** Why a run failed, and what it had done until then. */
export class RunFailed extends Error implements RunEffects {
  override readonly name = 'RunFailed';
  /** Of the `PanelError` that was its cause; undefined when the cause is another error, which is a bug. */
  readonly code: ErrorCode | undefined;

  constructor(
    override readonly cause: unknown,
    private readonly effects: RunEffects,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.code = isPanelError(cause) ? cause.code : undefined;
  }

  get finished(): readonly string[] {
    return this.effects.finished;
  }

  get skipped(): readonly string[] {
    return this.effects.skipped;
  }

  get asked(): ReadonlyMap<string, SubOperation<unknown>> {
    return this.effects.asked;
  }

  get journal(): TestJournal {
    return this.effects.journal;
  }

  undo(): Promise<readonly string[]> {
    return this.effects.undo();
  }

  sweep(): Promise<void> {
    return this.effects.sweep();
  }
}

/**
 * Runs an operation as the panel does, in memory: each step is intended, looked for, called, waited for and recorded; everything that
 * crosses is made JSON and read again; `ctx` works inside steps only. Permits, deadlines and reservations are not played.
 * Throws: `RunFailed` when the operation or a step fails, once the steps under way have come to their end; an `Error` when the operation
 * breaks the rules, such as a declared step that neither ran nor was skipped.
 */
export async function runOperation<Shape extends OperationShape>(
  operation: Operation<Shape>,
  args: Shape['input'] & Surroundings,
  options: RunOptions = {},
): Promise<Run<Shape['output']>> {
  const journal = options.journal ?? new TestJournal();
  const patience: Patience = { attempts: options.attempts ?? 3, pauseMs: options.pauseMs ?? 20 };
  const crashes = { call: options.crashAfterCall, end: options.crashAtEnd };
  const parts: ReplayParts = {
    journal,
    patience,
    asked: new Map(),
    answer: options.answer ?? (() => undefined),
    crashes(key, point) {
      if (crashes[point] !== key) return false;
      crashes[point] = undefined;
      return true;
    },
  };
  journal.reopen();
  for (;;) {
    const replay = new Replay(parts);
    const end = await replay.run(operation, args);
    if (end.kind === 'crashed') continue;
    const effects = effectsOf(replay, parts);
    if (end.kind === 'failed') throw new RunFailed(end.error, effects);
    const missed = crashes.call ?? crashes.end;
    if (missed !== undefined) throw new Error(`nothing crashed: step "${missed}" did not come to that point`);
    for (const name of operation.steps) {
      if (!journal.rows().some(([key]) => key === name || key.startsWith(`${name} / `)))
        throw new Error(`step "${name}" neither ran nor was skipped`);
    }
    return { ...effects, output: end.output };
  }
}

/** The error a run failed with. Throws when it did not fail, and passes on any other error. */
export async function failureOf(run: Promise<unknown>): Promise<RunFailed> {
  try {
    await run;
  } catch (error) {
    if (error instanceof RunFailed) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

function effectsOf(replay: Replay, { journal, patience, asked }: ReplayParts): RunEffects {
  const known = (): KnownStep[] =>
    journal.rows().flatMap(([key, row]) => {
      const spec = replay.live.get(key);
      return spec ? [{ key, spec, row }] : [];
    });
  return {
    finished: journal.keys('done'),
    skipped: journal.keys('skipped'),
    asked,
    journal,
    async undo() {
      const left: string[] = [];
      const remaining: string[] = [];
      const steps = known().reverse();
      const open = steps.filter(({ row }) => row.state !== 'done');
      const done = steps.filter(({ row }) => row.state === 'done');
      for (const step of [...open, ...done]) {
        const end = await undoStep(step, patience);
        if (end.left) left.push(`"${step.key}"`);
        if (end.remains !== undefined) remaining.push(end.remains);
      }
      if (left.length > 0) throw new Error(`took place and cannot be undone: ${left.join(', ')}`);
      return remaining;
    },
    async sweep() {
      for (const step of known()) await sweepStep(step, patience);
    },
  };
}
