import { Atlas } from '../atlas.js';
import type { BatchOutcome, RunOutcome } from '../batch.js';
import { shuffled, type Choose } from '../choices.js';
import { answers, idOf, type CrashRun } from '../crash-run.js';
import { aimEverywhere, unavoidable } from '../discovery.js';
import type { Installation } from '../installation.js';
import type { KillRounds } from '../kill-rounds.js';
import type { SeenCall } from '../messages.js';
import { complaintOf } from '../report.js';
import { lateLooksOf, sharedSightingsOf } from '../sightings.js';
import type { TrackedJob } from '../tracked-job.js';
import type { Flaw } from '../verdict.js';
import { answerRuns, choosePoints, type Chosen } from './coverage.js';
import type { Life } from './lives.js';
import { BlindSteps } from './blind-steps.js';
import { Parents } from './parents.js';
import { play, type Known } from './play.js';
import { Tally } from './tally.js';
import { References } from './references.js';
import { requireLives, undisturbed, walksFor } from './walks.js';

/** A run whose point was not met, through no fault of anybody's, is tried again. */
const maxTries = 5;
/** Batches in a row after which no run more is done: something that nobody disturbs goes wrong. */
const idleBatches = 3;
/** Lives of each kind that nobody disturbs: what differs between them is no part of what an operation comes to. */
const samples = 3;
/** Lives that a sample of the runs is taken from, and how often each is seen undisturbed for it. */
const sampled = { lives: 2, samples: 2 };

export interface OperationsWanted {
  /** These runs alone. */
  readonly only: readonly CrashRun[];
  /** So many runs of a few lives. Undefined: everything, and `pairs` of the rest. */
  readonly sample: number | undefined;
  readonly pairs: number;
  /** Services that are under way at once. */
  readonly atOnce: number;
  readonly choose: Choose;
  readonly progress: (line: string) => void;
}

export interface OperationsOutcome {
  readonly runs: readonly RunOutcome[];
  readonly strays: readonly Flaw[];
  readonly kills: number;
  /** Undefined when only a part was wanted. */
  readonly chosen?: Chosen & { readonly answers: readonly CrashRun[] };
}

/** Late, but within the pause before the panel looks again: what happens after that no client can tell from what never will. */
const lateMs = { least: 1, most: 2 };

/** The sweep of everything that is done with a service, case by case. */
export class OperationsSweep {
  readonly atlas = new Atlas();
  private readonly known: Known;
  private readonly outcomes = new Map<string, RunOutcome>();
  private readonly strays = new Map<string, Flaw>();
  private kills = 0;

  constructor(
    private readonly installation: Installation,
    private readonly rounds: KillRounds,
    private readonly lives: readonly Life[],
    private readonly wanted: OperationsWanted,
  ) {
    this.known = { references: new References(), blind: new BlindSteps(), parents: new Parents(installation, rounds) };
  }

  async run(): Promise<OperationsOutcome> {
    const { only, sample, choose, progress } = this.wanted;
    requireLives(only, this.lives);
    const about = new Set(only.map(({ scenario }) => scenario));
    const lives =
      only.length > 0
        ? this.lives.filter(({ deeds }) => deeds.some(({ scenario }) => about.has(scenario)))
        : sample === undefined
          ? this.lives
          : shuffled(this.lives, choose).slice(0, sampled.lives);
    await this.discover(lives);
    if (only.length > 0) return this.partly(only, lives);
    if (sample !== undefined) {
      for (const run of this.atlas.matrix().runs) {
        const aim = this.atlas.aimOf(run);
        // After a wrong answer to a blind call nothing is unavoidable any more but a person.
        if (!aim || !unavoidable.includes(run.boundary) || this.known.blind.has(run.scenario, aim.key)) continue;
        for (const answer of answers) this.atlas.note({ ...run, answer });
      }
      return this.partly(shuffled(this.atlas.matrix().runs, choose).slice(0, sample), lives);
    }
    const tried = answerRuns(this.atlas);
    progress(`${tried.length} answers of ${this.atlas.everyPlace().length} steps, each twice`);
    await this.learnWays(tried, lives);
    const chosen = choosePoints(this.atlas, this.wanted.pairs, choose);
    progress(`${chosen.points.length} points, ${chosen.pairs.length} pairs of ${chosen.all.length - chosen.points.length}`);
    await this.carryOut([...chosen.points, ...chosen.pairs], lives);
    return { ...this.outcome(), chosen: { ...chosen, answers: tried } };
  }

  private async partly(runs: readonly CrashRun[], lives: readonly Life[]): Promise<OperationsOutcome> {
    await this.carryOut(runs, lives);
    return this.outcome();
  }

  private outcome(): OperationsOutcome {
    return { runs: [...this.outcomes.values()], strays: [...this.strays.values()], kills: this.kills };
  }

  /** Learns what each deed comes to, which boundaries it passes and which calls it makes, from services that nobody disturbs. */
  private async discover(lives: readonly Life[]): Promise<void> {
    const calls: SeenCall[] = [];
    const jobs: TrackedJob[] = [];
    const { atOnce } = this.wanted;
    const walks = undisturbed(lives, this.wanted.sample === undefined ? samples : sampled.samples);
    for (let at = 0; at < walks.length; at += atOnce) {
      const seen = await play(this.installation, this.rounds, this.known, walks.slice(at, at + atOnce), {
        choose: this.wanted.choose,
        seeCalls: (heard) => calls.push(...heard),
        learning: true,
      });
      if (seen.strays.length > 0) throw new Error(wentWrong(seen.strays, this.installation.lines));
      jobs.push(...seen.jobs);
    }
    const swept = new Set(lives.flatMap(({ deeds }) => deeds.flatMap((deed) => (deed.swept ? [deed.scenario] : []))));
    for (const scenario of swept) {
      const own = jobs.filter(({ plan }) => plan.scenario === scenario);
      for (const run of sharedSightingsOf(own, this.atlas)) this.atlas.note(run);
      aimEverywhere(this.atlas, scenario, own, calls);
    }
    this.wanted.progress(`${swept.size} operations, ${this.atlas.everyPlace().length} steps, of ${lives.length} lives`);
  }

  private async learnWays(runs: readonly CrashRun[], lives: readonly Life[]): Promise<void> {
    const jobs = await this.carryOut(runs, lives, 2);
    for (const run of [...sharedSightingsOf(jobs, this.atlas), ...lateLooksOf(jobs)]) this.atlas.note(run);
  }

  /** Carries out every run that often, batch by batch. Answers the jobs that met their point and their answer. */
  private async carryOut(runs: readonly CrashRun[], lives: readonly Life[], times = 1): Promise<readonly TrackedJob[]> {
    const { choose, progress, atOnce } = this.wanted;
    const jobs: TrackedJob[] = [];
    const tally = new Tally(times, maxTries);
    let waiting = tally.waiting(runs, choose);
    let idle = 0;
    while (waiting.length > 0 && idle < idleBatches) {
      const begun = Date.now();
      const before = waiting.length;
      const walks = walksFor(waiting, lives, this.atlas, atOnce);
      const batch = await play(this.installation, this.rounds, this.known, walks, { choose, lateMs, learning: false });
      this.note(batch, tally);
      jobs.push(...batch.jobs.filter(({ plan: { run }, answered }) => run && answered && tally.isMet(run)));
      waiting = tally.waiting(runs, choose);
      idle = waiting.length < before ? 0 : idle + 1;
      progress(
        `${runs.length * times - waiting.length} of ${runs.length * times} runs: ${batch.runs.length} in ${walks.length} lives, ${((Date.now() - begun) / 1000).toFixed(0)} s, ${batch.kills} workers killed`,
      );
      for (const { kind, what } of batch.strays) progress(`  ${kind}: ${what}`);
      for (const outcome of batch.runs) {
        const complaint = complaintOf(outcome);
        if (complaint !== undefined) progress(`  ${idOf(outcome.run)}: ${complaint}`);
      }
    }
    for (const run of waiting) this.strays.set(idOf(run), { kind: 'lost', what: `no service came to ${idOf(run)}` });
    return jobs;
  }

  private note({ runs, strays, kills }: BatchOutcome, tally: Tally): void {
    this.kills += kills;
    for (const stray of strays) this.strays.set(stray.what, stray);
    for (const outcome of runs) {
      const id = idOf(outcome.run);
      tally.note(outcome);
      const before = this.outcomes.get(id);
      if (!before || weightOf(outcome) > weightOf(before)) this.outcomes.set(id, outcome);
    }
  }
}

/** What went wrong once stays wrong, and what was met once stays met. */
function weightOf({ flaws, reached, answered }: RunOutcome): number {
  return flaws.length > 0 ? 2 : reached && answered ? 1 : 0;
}

function wentWrong(strays: readonly Flaw[], logged: readonly string[]): string {
  const said = [...strays.map(({ kind, what }) => `${kind}: ${what}`), ...logged.slice(-10)];
  return `what nobody disturbed went wrong:\n  ${said.join('\n  ')}`;
}
