import { Atlas } from './atlas.js';
import { carryOut, type BatchOutcome, type ServicePlan } from './batch.js';
import { answers, idOf, isRefused, nowhere, outbox, wholeJob, type Scenario } from './crash-run.js';
import type { Installation } from './installation.js';
import type { KillRounds, RoundsOptions } from './kill-rounds.js';
import type { Aim, Phase, SeenCall } from './messages.js';
import { lateLooksOf, sharedSightingsOf, sightingsOf } from './sightings.js';
import type { TrackedJob } from './tracked-job.js';

const walked = ['create', 'roll back', 'terminate'] as const;

/** Boundaries that a step comes to whatever its provider answers. */
export const unavoidable: readonly string[] = [
  'before intent',
  'after intent',
  'before call',
  'after call',
  'after record',
  'after undo intent',
  'after undo',
  'after undo record',
];

export interface DiscoveryOptions extends RoundsOptions {
  /** Walks every way; else only those on which all goes well, and of the others what is known to lie on them. */
  readonly every: boolean;
}

/** Learns from undisturbed jobs which steps, boundaries and calls there are. Nothing about any extension is known beforehand. */
export async function discover(
  installation: Installation,
  rounds: KillRounds,
  options: DiscoveryOptions,
  progress: (line: string) => void,
): Promise<Atlas> {
  const atlas = new Atlas();
  const calls: SeenCall[] = [];
  // Two of each, in the same shop: what both of them do is the operation's, and what only one does, such as a log-in, is not.
  const twice = installation.shops.flatMap((): ServicePlan[] => [{ first: { scenario: 'create' }, terminate: { scenario: 'terminate' } }]);
  const back = installation.shops.map((): ServicePlan => ({ first: { scenario: 'roll back' } }));
  const first = await carryOut(installation, rounds, [...twice, ...back, ...twice, ...back], {
    ...options,
    seeCalls: (seen) => calls.push(...seen),
  });
  refuseFlaws(first);
  for (const run of first.jobs.flatMap((job) => sightingsOf(job, atlas))) atlas.note(run);
  for (const scenario of walked) aimEverywhere(atlas, scenario, jobsOf(first, scenario), calls);
  if (!options.every) {
    for (const run of atlas.matrix().runs)
      if (unavoidable.includes(run.boundary)) for (const answer of answers) atlas.note({ ...run, answer });
    return atlas;
  }
  progress(`discovered ${atlas.everyPlace().length} places; now their ways when a provider answers wrongly`);

  const plans: ServicePlan[] = [];
  const seen = new Set<string>();
  for (const { scenario, key } of atlas.everyPlace()) {
    const aim = atlas.aimOf({ scenario, key });
    const call = `${scenario} ${JSON.stringify(aim)}`;
    if (scenario === 'relay' || !aim || seen.has(call)) continue;
    seen.add(call);
    for (const answer of answers.filter((one) => one !== 'ok')) {
      const plan = { scenario, aim, run: { scenario, key, boundary: nowhere, answer } };
      plans.push(scenario === 'terminate' ? { first: { scenario: 'create' }, terminate: plan } : { first: plan });
    }
  }
  const second = await carryOut(installation, rounds, [...pairedUp(plans), ...pairedUp(plans)], options);
  refuseFlaws(second);
  for (const run of [...sharedSightingsOf(second.jobs, atlas), ...lateLooksOf(second.jobs)]) atlas.note(run);
  return atlas;
}

function jobsOf({ jobs }: BatchOutcome, scenario: Scenario): TrackedJob[] {
  return jobs.filter((job) => job.plan.scenario === scenario);
}

/**
 * Says for every step of a scenario which call goes wrong: the first that changes something, else the first that reads. A step without
 * any call of its own takes that of a step that is part of it or stands nearest before it. Where there is no call at all, none goes wrong.
 */
export function aimEverywhere(atlas: Atlas, scenario: Scenario, jobs: readonly TrackedJob[], calls: readonly SeenCall[]): void {
  const phases: readonly Phase[] = isRefused(scenario) ? ['undo'] : ['run', 'until', 'find'];
  const own = ownCalls(jobs, calls);
  const keys = [...new Set(jobs[0]!.passed.map(({ key }) => key))];
  const direct = new Map<string, Aim>();
  for (const key of keys) {
    const ofStep = own.filter((call) => call.key === key && phases.includes(call.phase));
    const changing = ofStep.find((call) => call.changes && (call.phase === 'run' || call.phase === 'undo'));
    const chosen = changing ?? ofStep[0];
    if (chosen) direct.set(key, { key, phase: chosen.phase, shape: chosen.shape });
  }
  for (const [at, key] of keys.entries()) {
    const part = keys.find((other) => other.startsWith(`${key} / `) && direct.has(other));
    const before = keys.slice(0, at).findLast((other) => direct.has(other));
    const nearest = part ?? before ?? keys.find((other) => direct.has(other));
    const aim = wholeJobsAim(scenario, key, own) ?? direct.get(key) ?? (nearest === undefined ? undefined : direct.get(nearest));
    if (!aim) continue;
    atlas.setAim(scenario, key, aim);
    if (scenario === 'roll back' && key !== wholeJob) atlas.setAim('relay', outbox, aim);
  }
}

/** A roll-back as a whole is tried hardest when something was in doubt before it: what turns up late must go as well. */
function wholeJobsAim(scenario: Scenario, key: string, own: readonly SeenCall[]): Aim | undefined {
  const made = key === wholeJob && scenario === 'roll back' ? own.find((call) => call.changes && call.phase === 'run') : undefined;
  return made && { key: made.key, phase: made.phase, shape: made.shape };
}

/** Calls that every job makes, in the order of the first one, and none of which is the same for two jobs unless it only reads. */
function ownCalls(jobs: readonly TrackedJob[], calls: readonly SeenCall[]): readonly SeenCall[] {
  const ids = jobs.map(({ jobId }) => jobId);
  const callers = new Map<string, Set<string>>();
  for (const { digest, jobId } of calls) callers.set(digest, (callers.get(digest) ?? new Set()).add(jobId));
  const of = (jobId: string): SeenCall[] =>
    calls.filter((call) => call.jobId === jobId && (!call.changes || callers.get(call.digest)!.size === 1));
  const everybody = ids.map(of);
  return everybody[0]!.filter(({ key, phase, shape }) =>
    everybody.every((list) => list.some((call) => call.key === key && call.phase === phase && call.shape === shape)),
  );
}

/** A way that leads to a create and one that leads to a terminate can be walked by one service. */
export function pairedUp(plans: readonly ServicePlan[]): ServicePlan[] {
  const ends = plans.filter(({ terminate }) => terminate);
  return [
    ...plans
      .filter(({ terminate }) => !terminate)
      .map((plan) => (plan.first.scenario === 'create' && ends.length > 0 ? { ...plan, ...ends.pop(), first: plan.first } : plan)),
    ...ends,
  ];
}

function refuseFlaws({ runs, strays }: BatchOutcome): void {
  const flaws = [...runs.flatMap((run) => run.flaws), ...strays].map(({ kind, what }) => `${kind}: ${what}`);
  for (const { run, answered } of runs) if (!answered) flaws.push(`nobody met the answer of ${idOf(run)}`);
  if (flaws.length > 0) throw new Error(`jobs that nobody disturbed went wrong:\n  ${flaws.join('\n  ')}`);
}
