import type { Atlas } from './atlas.js';
import {
  answers,
  betweenPolls,
  betweenUndoPolls,
  idOf,
  isAccident,
  isLateLook,
  outbox,
  isRefused,
  parked,
  type Answer,
  type CrashPoint,
  type CrashRun,
  type Scenario,
} from './crash-run.js';
import type { Aim } from './messages.js';
import type { TrackedJob } from './tracked-job.js';

/** Where the way of a job begins that was refused. */
const turns: readonly string[] = ['before turning round', 'before asking a person'];

const intended = 'after intent';
const doubt = 'after record of doubt';
const trouble = 'after record of trouble';

/** What a job that has not been killed yet has come to, as runs that could be. Late looks are another matter: see `lateLooksOf`. */
export function sightingsOf(job: TrackedJob, atlas: Atlas): CrashRun[] {
  const { scenario, answer, points } = wayOf(job);
  const doubted = new Set(points.flatMap(({ key, boundary }) => (boundary === doubt ? [key] : [])));
  return points.flatMap((point) => {
    if (isLateLook(point.boundary) || isAccident({ ...point, answer })) return [];
    // Its own wrong answer was a doubt, so the trouble was that of its neighbours, for which the server was left alone for a moment.
    if (point.boundary === trouble && doubted.has(point.key)) return [];
    // Killed there, a job never makes the call, since a person is asked: whatever its provider would have answered is not met.
    if (point.boundary === intended && answer !== 'ok' && job.blind.has(point.key)) return [];
    if (isCutRead(job) && (point.boundary === trouble || point.boundary === doubt)) return [];
    if (point.key === outbox) return scenario === 'roll back' ? events(point) : [];
    if (answer !== 'ok' && !sameAim(job.plan.aim, atlas.aimOf({ scenario, key: point.key }))) return [];
    return steps(scenario, point, answer);
  });
}

/** What at least two of them have come to: what one alone meets has come about by chance, and could not be met when it is wanted. */
export function sharedSightingsOf(jobs: readonly TrackedJob[], atlas: Atlas): readonly CrashRun[] {
  const seen = new Set<string>();
  const shared = new Map<string, CrashRun>();
  for (const job of jobs) {
    const own = new Map(sightingsOf(job, atlas).map((run) => [idOf(run), run]));
    for (const [id, run] of own) if (seen.has(id)) shared.set(id, run);
    for (const id of own.keys()) seen.add(id);
  }
  return [...shared.values()];
}

/** A read that was cut off is known not to have taken place when its connection had been kept from another call, which is chance. */
function isCutRead({ plan: { run, aim } }: TrackedJob): boolean {
  return run?.answer === 'lost_reply' && aim?.phase === 'run' && isRead(aim);
}

function isRead({ shape }: Aim): boolean {
  return /^(GET|HEAD) /.test(shape);
}

/**
 * Late looks come from a doubt, and only a call that went wrong brings it for certain: they belong to the step whose call it was, when that
 * step was in doubt itself, not by chance another of a busy moment, and nearly every wrong answer has led to them. Of a read nothing turns up.
 */
export function lateLooksOf(jobs: readonly TrackedJob[]): CrashRun[] {
  const byPlace = new Map<string, Map<Answer, CrashRun[]>>();
  const walks = new Map<string, number>();
  for (const job of jobs) {
    const { scenario, answer, points } = wayOf(job);
    const { aim } = job.plan;
    if (!aim || isRead(aim) || !job.passed.some(({ key, boundary }) => key === aim.key && boundary === doubt)) continue;
    const late = points.filter(({ boundary }) => isLateLook(boundary));
    if (!job.plan.run || answer === 'ok' || late.length === 0) continue;
    const { key } = job.plan.run;
    const times = (walks.get(`${scenario} ${key} ${answer}`) ?? 0) + 1;
    walks.set(`${scenario} ${key} ${answer}`, times);
    if (times < 2) continue;
    const place = byPlace.get(`${scenario} ${key}`) ?? new Map<Answer, CrashRun[]>();
    byPlace.set(`${scenario} ${key}`, place);
    place.set(
      answer,
      late.map(({ boundary }) => ({ scenario, key, boundary, answer })),
    );
  }
  return [...byPlace.values()].filter((place) => place.size >= answers.length - 2).flatMap((place) => [...place.values()].flat());
}

function wayOf({ plan, passed }: TrackedJob): { scenario: Scenario; answer: Answer; points: readonly CrashPoint[] } {
  const scenario = plan.scenario === 'relay' ? 'roll back' : plan.scenario;
  const begin = isRefused(scenario) ? passed.findIndex(({ boundary }) => turns.includes(boundary)) : 0;
  return { scenario, answer: plan.run?.answer ?? 'ok', points: begin < 0 ? [] : passed.slice(begin) };
}

/** Where a wait takes two looks it can be a row in between; whether it is depends on what else of the job is at work. */
function steps(scenario: Scenario, point: CrashPoint, answer: Answer): CrashRun[] {
  const { boundary } = point;
  if (boundary === parked(betweenPolls) || boundary === parked(betweenUndoPolls)) return [];
  const run = { scenario, ...point, answer };
  return boundary === betweenPolls || boundary === betweenUndoPolls ? [run, { ...run, boundary: parked(boundary) }] : [run];
}

/** Only the events of a roll-back become tasks; whatever the provider has answered, they go the same way. */
function events(point: CrashPoint): CrashRun[] {
  return answers.map((answer) => ({ scenario: 'relay', ...point, answer }));
}

function sameAim(one: Aim | undefined, other: Aim | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
