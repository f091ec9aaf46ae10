import type { FaultKind } from '@hostwright/sdk-testing';

/** What a provider does with the call that a run is about. */
export const answers = ['ok', 'ghost_success', 'late_success', 'error_before', 'lost_reply', 'malformed'] as const satisfies readonly (
  FaultKind | 'ok'
)[];
export type Answer = (typeof answers)[number];

/**
 * - `create`: a site is built
 * - `roll back`: a site is built, refused at the very end, and everything is undone
 * - `terminate`: a site that stands is taken down
 * - `relay`: an event of a job goes through the outbox
 */
const matrixScenarios = ['create', 'roll back', 'terminate', 'relay'] as const;

/** One of the matrix; or a deed of a case, `site: suspend > unsuspend`: the last of those that a service goes through. */
export type Scenario = string;

/** What is added to a deed that is refused when everything is done. */
const refused = ' refused';

export function refusedDeed(scenario: Scenario): Scenario {
  return scenario + refused;
}

/** The same deed, not refused. */
export function doneDeed(scenario: Scenario): Scenario {
  return scenario.endsWith(refused) ? scenario.slice(0, -refused.length) : scenario;
}

/** It comes to nothing in the end: its way is the one back, or to a person. */
export function isRefused(scenario: Scenario): boolean {
  return scenario === 'roll back' || scenario === 'relay' || scenario.endsWith(refused);
}

export function isOfMatrix({ scenario }: { readonly scenario: Scenario }): boolean {
  return (matrixScenarios as readonly string[]).includes(scenario);
}

/** Key of what happens to a job as a whole. */
export const wholeJob = 'job';
/** Key of what happens to its events. */
export const outbox = 'outbox';

/** The boundaries of a wait after a look in vain. */
export const betweenPolls = 'between polls';
export const betweenUndoPolls = 'between undo polls';

/** A boundary that no job comes to: nobody kills its worker. */
export const nowhere = 'nowhere';

/** The boundary of such a wait at which its job is a row and nobody works on it. */
export function parked(boundary: typeof betweenPolls | typeof betweenUndoPolls): string {
  return `parked ${boundary}`;
}

/** The boundary of a job that is gone on with after it was at rest. */
export function claimedAgain(phase: string): string {
  return `after claim (${phase})`;
}

/** True when with a provider that answers rightly only the trouble of neighbours can lead there, which comes and goes. */
export function isAccident({ boundary, answer }: Pick<CrashRun, 'boundary' | 'answer'>): boolean {
  return answer === 'ok' && (boundary.endsWith('of doubt') || boundary.endsWith('of trouble'));
}

/** True when it is about a job that is over and looks once more. */
export function isLateLook(boundary: string): boolean {
  return boundary.includes('late look') || boundary === claimedAgain('looking');
}

/** Where a job stands when its worker is killed. */
export interface CrashPoint {
  /** Of the step, as in the journal; or `wholeJob`, `outbox`. */
  readonly key: string;
  /** The last thing that had taken effect, `after call`; or the next, `before intent`. */
  readonly boundary: string;
}

/** One row of the matrix. */
export interface CrashRun extends CrashPoint {
  readonly scenario: Scenario;
  readonly answer: Answer;
}

const between = ' :: ';

export function idOf({ scenario, key, boundary, answer }: CrashRun): string {
  return [scenario, key, boundary, answer].join(between);
}

/** Throws a `TypeError` when the text is not the id of a run. */
export function runOf(id: string): CrashRun {
  const [scenario, key, boundary, answer, ...rest] = id.split(between);
  if (!scenario || !key || !boundary || !answers.includes(answer as Answer) || rest.length > 0)
    throw new TypeError(`'${id}' is not a run: a run is '${['scenario', 'step', 'boundary', 'answer'].join(between)}'`);
  return { scenario, key, boundary, answer: answer as Answer };
}
