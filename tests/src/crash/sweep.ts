import type { Atlas } from './atlas.js';
import { carryOut, type RunOutcome, type ServicePlan } from './batch.js';
import { shuffled, type Choose } from './choices.js';
import { idOf, type CrashRun } from './crash-run.js';
import { pairedUp } from './discovery.js';
import type { Installation } from './installation.js';
import type { KillRounds } from './kill-rounds.js';
import { complaintOf } from './report.js';
import { sightingsOf } from './sightings.js';
import type { Flaw } from './verdict.js';

/** Services that one worker has under way when it is killed. */
const atOnce = 160;
/** What was come to so many times on the way is there to be met, though discovery did not see it; less often it was an accident. */
const often = 3;
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
  /** Also what turns out, on the way, to be there to be met. */
  readonly whole: boolean;
}

/** Carries out every run, batch by batch. */
export async function sweep(
  installation: Installation,
  rounds: KillRounds,
  atlas: Atlas,
  runs: readonly CrashRun[],
  { choose, progress, whole }: SweepOptions,
): Promise<SweepOutcome> {
  const outcomes = new Map<string, RunOutcome>();
  const tries = new Map<string, number>();
  const strays = new Map<string, Flaw>();
  const seen = new Map<string, number>();
  const wanted = new Set(runs.map(idOf));
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
    if (whole) {
      for (const run of batch.jobs.flatMap((job) => sightingsOf(job, atlas))) {
        const times = (seen.get(idOf(run)) ?? 0) + 1;
        seen.set(idOf(run), times);
        if (times === often) atlas.note(run);
      }
      for (const run of atlas.matrix().runs) wanted.add(idOf(run));
    }
    const failed = batch.runs.filter((outcome) => complaintOf(outcome) !== undefined);
    waiting = remaining(whole ? atlas.matrix().runs : runs, outcomes, tries, choose);
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    progress(
      `${outcomes.size} of ${wanted.size} runs: a batch of ${batch.runs.length} in ${seconds} s, ${batch.kills} workers killed, ${failed.length} not as they should be`,
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
