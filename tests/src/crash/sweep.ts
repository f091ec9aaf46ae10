import type { Atlas } from './atlas.js';
import { carryOut, type RunOutcome, type ServicePlan } from './batch.js';
import { shuffled, type Choose } from './choices.js';
import { idOf, type CrashRun } from './crash-run.js';
import { pairedUp } from './discovery.js';
import type { Installation } from './installation.js';
import type { KillRounds } from './kill-rounds.js';
import { complaintOf } from './report.js';
import type { Flaw } from './verdict.js';

/** Services that one worker has under way when it is killed. */
const atOnce = 160;
/** A run whose point was not met, through no fault of anybody's, is tried again. */
const maxTries = 5;

export interface SweepOutcome {
  readonly runs: readonly RunOutcome[];
  readonly strays: readonly Flaw[];
  readonly kills: number;
}

export interface SweepOptions {
  readonly choose: Choose;
  readonly progress: (line: string) => void;
}

/** Carries out every run, batch by batch. */
export async function sweep(
  installation: Installation,
  rounds: KillRounds,
  atlas: Atlas,
  runs: readonly CrashRun[],
  { choose, progress }: SweepOptions,
): Promise<SweepOutcome> {
  const outcomes = new Map<string, RunOutcome>();
  const tries = new Map<string, number>();
  const strays = new Map<string, Flaw>();
  let waiting = shuffled(runs, choose);
  let kills = 0;
  while (waiting.length > 0) {
    const plans = pairedUp(waiting.map((run) => planOf(run, atlas))).slice(0, atOnce);
    const begun = Date.now();
    const batch = await carryOut(installation, rounds, plans, { choose });
    kills += batch.kills;
    for (const outcome of batch.runs) {
      const id = idOf(outcome.run);
      outcomes.set(id, outcome);
      tries.set(id, (tries.get(id) ?? 0) + 1);
    }
    for (const stray of batch.strays) strays.set(stray.what, stray);
    const failed = batch.runs.filter((outcome) => complaintOf(outcome) !== undefined);
    waiting = remaining(runs, outcomes, tries, choose);
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    progress(
      `${outcomes.size} of ${runs.length} runs: a batch of ${batch.runs.length} in ${seconds} s, ${batch.kills} workers killed, ${failed.length} not as they should be`,
    );
    for (const outcome of failed) progress(`  ${idOf(outcome.run)}: ${complaintOf(outcome)}`);
  }
  return { runs: [...outcomes.values()], strays: [...strays.values()], kills };
}

function planOf(run: CrashRun, atlas: Atlas): ServicePlan {
  const aim = atlas.aimOf(run);
  const plan = { scenario: run.scenario, run, ...(aim ? { aim } : {}) };
  return run.scenario === 'terminate' ? { first: { scenario: 'create' }, terminate: plan } : { first: plan };
}

/** Runs not done yet, and those that were not met and may be tried again. */
function remaining(
  runs: readonly CrashRun[],
  outcomes: ReadonlyMap<string, RunOutcome>,
  tries: ReadonlyMap<string, number>,
  choose: Choose,
): CrashRun[] {
  return shuffled(
    runs.filter((run) => {
      const outcome = outcomes.get(idOf(run));
      if (!outcome) return true;
      const notMet = outcome.flaws.length === 0 && !(outcome.reached && outcome.answered);
      return notMet && tries.get(idOf(run))! < maxTries;
    }),
    choose,
  );
}
