import type { Atlas } from '../atlas.js';
import { shuffled, type Choose } from '../choices.js';
import { answers, idOf, nowhere, type CrashRun, type Scenario } from '../crash-run.js';

/** What is tried of all that could be. */
export interface Chosen {
  /** Each (step, point) once: with a provider that answers rightly where it comes to be so, else with an answer of the seed's choosing. */
  readonly points: readonly CrashRun[];
  /** Of the rest, (step, point, answer), as many as wanted. */
  readonly pairs: readonly CrashRun[];
  /** How many of those there are, points included. */
  readonly all: readonly CrashRun[];
}

/** Each (step, answer) once, undisturbed otherwise. Steps whose call is the same are one. */
export function answerRuns(atlas: Atlas): readonly CrashRun[] {
  const seen = new Set<string>();
  return atlas.everyPlace().flatMap((place) => {
    const aim = atlas.aimOf(place);
    const call = `${place.scenario} ${JSON.stringify(aim)}`;
    if (!aim || seen.has(call)) return [];
    seen.add(call);
    return answers.filter((answer) => answer !== 'ok').map((answer): CrashRun => ({ ...place, boundary: nowhere, answer }));
  });
}

export function choosePoints(atlas: Atlas, pairs: number, choose: Choose): Chosen {
  const all = atlas.matrix().runs;
  const byPoint = new Map<string, CrashRun[]>();
  for (const run of shuffled(all, choose)) {
    const point = `${run.scenario} ${run.key} ${run.boundary}`;
    byPoint.set(point, [...(byPoint.get(point) ?? []), run]);
  }
  const points = [...byPoint.values()].map((runs) => runs.find(({ answer }) => answer === 'ok') ?? runs[0]!);
  const taken = new Set(points.map(idOf));
  const rest = all.filter((run) => !taken.has(idOf(run)));
  return { points, pairs: shuffled(rest, choose).slice(0, pairs), all };
}

/** `points 14 of 14, answers 10 of 10, pairs 6 of 31`: how many were tried, and how many there are. */
export function coverageLine(
  { points, pairs, all }: Chosen,
  tried: readonly CrashRun[],
  of: readonly CrashRun[],
  scenario?: Scenario,
): string {
  const here = (runs: readonly CrashRun[]): readonly CrashRun[] =>
    scenario === undefined ? runs : runs.filter((run) => run.scenario === scenario);
  const count = (runs: readonly CrashRun[]): number => new Set(here(runs).map(idOf)).size;
  const both = (runs: readonly CrashRun[]): number => count(tried.filter((run) => runs.includes(run)));
  const rest = count(all) - count(points);
  return `points ${both(points)} of ${count(points)}, answers ${both(of)} of ${count(of)}, pairs ${both(pairs)} of ${rest}`;
}
