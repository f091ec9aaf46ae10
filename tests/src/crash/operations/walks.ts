import type { Atlas } from '../atlas.js';
import { idOf, type CrashRun, type Scenario } from '../crash-run.js';
import type { Life } from './lives.js';
import type { Walk } from './play.js';

/** Lays runs on lives that come by their deeds, as many on each as it has deeds, until all are laid or there are so many lives. */
export function walksFor(runs: readonly CrashRun[], lives: readonly Life[], atlas: Atlas, atMost: number): readonly Walk[] {
  const waiting = new Map<Scenario, CrashRun[]>();
  for (const run of runs) waiting.set(run.scenario, [...(waiting.get(run.scenario) ?? []), run]);
  const weightOf = ({ deeds }: Life): number => deeds.filter(({ scenario }) => (waiting.get(scenario)?.length ?? 0) > 0).length;
  const walks: Walk[] = [];
  while (walks.length < atMost) {
    const [life, weight] = lives
      .map((one) => [one, weightOf(one)] as const)
      .reduce((most, one) => (one[1] > most[1] ? one : most), [undefined, 0] as readonly [Life | undefined, number]);
    if (!life || weight === 0) break;
    const plans: Walk['plans'] = new Map(
      life.deeds.flatMap(({ scenario }) => {
        const run = waiting.get(scenario)?.shift();
        const aim = run && atlas.aimOf(run);
        return run ? [[scenario, { run, ...(aim ? { aim } : {}) }] as const] : [];
      }),
    );
    walks.push({ life, plans });
  }
  return walks;
}

/**
 * Each life that often: two in one shop, where what only one does, such as a log-in, is not the operation's; the next ones in others, where
 * what differs is the shop's.
 */
export function undisturbed(lives: readonly Life[], times: number): readonly Walk[] {
  return Array.from({ length: times }, (_, time) =>
    lives.map((life, at): Walk => ({ life, plans: new Map(), shop: at + Math.floor(time / 2) })),
  ).flat();
}

/** Throws a `TypeError` that names a run which no life comes by. */
export function requireLives(runs: readonly CrashRun[], lives: readonly Life[]): void {
  const swept = new Set(lives.flatMap(({ deeds }) => deeds.flatMap((deed) => (deed.swept ? [deed.scenario] : []))));
  const lost = runs.find(({ scenario }) => !swept.has(scenario));
  if (lost) throw new TypeError(`no service comes by '${idOf(lost)}'`);
}
