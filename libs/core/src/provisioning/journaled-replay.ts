import type { JobLedger } from './job-ledger.js';
import type { JobModules } from './job-modules.js';
import type { JobEvent } from './journal.js';
import type { LiveStep } from './live-step.js';
import type { Progress } from './progress.js';
import { Replay } from './replay.js';
import type { ReadyComponent, ReplayEnd, StepEnd } from './replay-ports.js';
import type { StepForward } from './step-forward.js';
import type { StepValues } from './step-values.js';
import type { Timers } from './timers.js';

export interface ReplayParts {
  readonly ledger: JobLedger;
  readonly progress: Progress;
  readonly modules: JobModules;
  readonly forward: StepForward;
  readonly values: StepValues;
  readonly timers: Timers;
}

export interface Replayed {
  readonly replay: Replay;
  readonly end: ReplayEnd;
}

/** Runs the functions against the journal. `perform` says what is done with a step. */
export async function replayForward(
  parts: ReplayParts,
  components: readonly ReadyComponent[],
  perform: (step: LiveStep) => StepEnd | Promise<StepEnd>,
): Promise<Replayed> {
  const { ledger, progress, values } = parts;
  const line = (key: string, what: string, finishing: boolean): JobEvent | null =>
    progress.isDeclared(key) ? progress.event('progress', ledger, key, `${progress.title(key)}: ${what}`, finishing) : null;
  const replay = new Replay({
    progress,
    connect: (asker, sub, outputs) => parts.modules.connect(asker, sub, outputs),
    timers: parts.timers,
    perform,
    restsFor(key) {
      const row = ledger.find(key);
      // What has not begun will not begin any more: it waits for nothing.
      if (row?.state === 'parked' && ledger.isStopping(key)) return undefined;
      return row && ledger.isOpen(row) ? ledger.dueIn(row) : undefined;
    },
    comeDue: (key) => ledger.comeDue(key),
    async enter(step) {
      const row = ledger.find(step.key);
      if (row?.state === 'done') return { kind: 'value', value: values.open(step.key, row.output) };
      if (row) return undefined;
      if (ledger.isStopping(step.key)) return { kind: 'rest' };
      ledger.note(step, { state: 'intended' }, { event: line(step.key, 'started', false) });
      return undefined;
    },
    async leave(step, output) {
      const { kept } = values.keep(step.key, output);
      ledger.note(step, { state: 'done', output: kept }, { event: line(step.key, 'done', true) });
      return { kind: 'value', value: output };
    },
    async skip(step, reason) {
      if (!ledger.find(step.key) && !ledger.failure)
        ledger.note(step, { state: 'skipped' }, { event: line(step.key, `not needed, ${reason}`, true) });
      return { kind: 'value', value: undefined };
    },
  });
  return { replay, end: await replay.run(components) };
}

/** Replays what the journal knows, to have the closures again. Nothing is called and nothing is written. */
export async function replayKnown(parts: ReplayParts, components: readonly ReadyComponent[]): Promise<Replay> {
  const { ledger, forward, values } = parts;
  const replay = new Replay({
    progress: parts.progress,
    connect: (asker, sub, outputs) => parts.modules.connect(asker, sub, outputs),
    timers: parts.timers,
    restsFor: () => undefined,
    comeDue: () => undefined,
    async perform(step) {
      const row = ledger.find(step.key);
      return (row && forward.recall(step, row)) ?? { kind: 'rest' };
    },
    everyPart: true,
    async enter(step) {
      const row = ledger.find(step.key);
      if (!row) return { kind: 'rest' };
      return row.state === 'done' || row.state === 'undone' ? { kind: 'value', value: values.open(step.key, row.output) } : undefined;
    },
    leave: (_step, output) => Promise.resolve({ kind: 'value', value: output }),
    skip: () => Promise.resolve({ kind: 'value', value: undefined }),
  });
  const end = await replay.run(components);
  if (end.kind === 'broke') throw end.error;
  return replay;
}
