import { Coverage } from './coverage.js';
import { simulate, type HistoryVerdict } from './simulate.js';

/** What many histories came to. */
export interface Tally {
  readonly histories: number;
  readonly failures: readonly HistoryVerdict[];
  /** Rule → how many histories broke it. */
  readonly broken: ReadonlyMap<string, number>;
  readonly coverage: Coverage;
  readonly events: number;
  readonly virtualMs: number;
}

/** A tally that crosses to another process. */
export interface Outcome {
  readonly histories: number;
  readonly failures: readonly Pick<HistoryVerdict, 'seed' | 'violations'>[];
  /** How often something happened, by name. */
  readonly coverage: Readonly<Record<string, number>>;
}

export function outcomeOf({ histories, failures, coverage }: Tally): Outcome {
  return {
    histories,
    failures: failures.map(({ seed, violations }) => ({ seed, violations })),
    coverage: Object.fromEntries(coverage.counts),
  };
}

/** Plays the histories of seeds one after another. `goesOn` is asked before each. */
export async function runHistories(
  from: number,
  goesOn: (played: number, failed: number) => boolean,
  ended: (verdict: HistoryVerdict) => void = () => undefined,
): Promise<Tally> {
  const coverage = new Coverage();
  const failures: HistoryVerdict[] = [];
  const broken = new Map<string, number>();
  let [histories, events, virtualMs] = [0, 0, 0];
  while (goesOn(histories, failures.length)) {
    const verdict = await playOne(from + histories);
    histories += 1;
    events += verdict.events;
    virtualMs += verdict.virtualMs;
    coverage.join(verdict.coverage);
    if (verdict.violations.length > 0) failures.push(verdict);
    for (const rule of new Set(verdict.violations.map((one) => one.rule))) broken.set(rule, (broken.get(rule) ?? 0) + 1);
    ended(verdict);
  }
  return { histories, failures, broken, coverage, events, virtualMs };
}

/** A history that cannot be played to its end has failed like one that broke a promise. */
async function playOne(seed: number): Promise<HistoryVerdict> {
  try {
    return await simulate(seed);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, violations: [{ rule: 'broke down', what }], coverage: new Coverage(), events: 0, virtualMs: 0, lines: [] };
  }
}
