import type { DomainFacts, ErrorCode, Json, JsonObject } from '@hostwright/sdk';

/**
 * `pending → in_progress → (waiting ⇄ in_progress) → completed`, or `→ rolling_back → failed | cancelled`, or `→ needs_operator`.
 * `superseded`: a newer operation made it pointless before it began.
 */
export const jobStates = [
  'pending',
  'in_progress',
  'waiting',
  'completed',
  'rolling_back',
  'failed',
  'cancelled',
  'needs_operator',
  'superseded',
] as const;
export type JobState = (typeof jobStates)[number];

/**
 * What the engine does with the job at its next turn:
 * - `forward`: runs the operation
 * - `settling`: no new step starts; what is under way is seen to its end
 * - `undoing`: reverses what was done
 * - `looking`: the job is over; claims whose outcome was ever unknown are looked for again
 * - `ended`: nothing
 */
export type JobPhase = 'forward' | 'settling' | 'undoing' | 'looking' | 'ended';

/** A definite failure as the journal keeps it. */
export interface StepError {
  readonly code: ErrorCode | 'stopped' | 'bug';
  readonly message: string;
  /** Of a step that waits until a setting of its server is mended: which one. */
  readonly setting?: string;
}

/** Where a wired field's value comes from: what another component of the same job leaves, a property or `remoteId`. */
export interface WiredFrom {
  readonly component: string;
  readonly output: string;
}

/** A component that was given up after the hand-over, and why. `kept`: what it had done stays, for a person to mend. */
export interface GivenUp extends StepError {
  readonly kept?: true;
}

/** What a component of a service became of its create. */
export type DeliveredFacts = {
  readonly remoteId: string;
  /** Secrets sealed. */
  readonly properties: JsonObject;
  /** Values of its wired fields, secrets sealed. */
  readonly inputs?: JsonObject;
};

/** The site that a component works for: another component of its service, or one of the service that its service is added to. */
export interface ProgramSite {
  readonly serviceId: string;
  /** The owner mark of that service. */
  readonly owner: string;
  /** The component's name there. */
  readonly name: string;
  readonly extension: string;
  readonly serverId: string;
  /** As of a component. Left out in jobs of a version before there were any. */
  readonly connections?: Readonly<Record<string, string>>;
  readonly product: JsonObject;
  readonly order: JsonObject;
  /** Left out: this job makes it, or it never was made. */
  readonly delivered?: DeliveredFacts;
}

/** Who may ask other modules for something: a component, or the site that one works for. */
export interface Asker {
  readonly name: string;
  /** Module kind → server id: what `ctx.dns` and the like are. */
  readonly connections: Readonly<Record<string, string>>;
  /** What `ctx.site` is. */
  readonly site?: ProgramSite;
  /** The mark of what it asks for. Left out: that of the job's service. */
  readonly owner?: string;
}

/** The part of a job that one module does. */
export interface ProgramComponent extends Omit<Asker, 'owner'> {
  readonly extension: string;
  /** The version that was installed when the job was made. */
  readonly version: string;
  readonly serverId: string;
  readonly product: JsonObject;
  /** What the product was before, where the job changes it. */
  readonly previous?: JsonObject;
  readonly order: JsonObject;
  /** What was asked for with an action. Only an action has it. */
  readonly input?: JsonObject;
  /** The domain that is to be added or removed. */
  readonly domain?: DomainFacts;
  /** The domains that go with the service. */
  readonly domains?: readonly DomainFacts[];
  /** Values taken with the job, secrets sealed. */
  readonly reserved: JsonObject;
  /** Components of the job that must have returned before this one begins. */
  readonly after?: readonly string[];
  /** Field → where its value comes from, of the order's or the product's fields. */
  readonly inputs?: Readonly<Record<string, WiredFrom>>;
  /** Values of wired fields that were there when the job was made, secrets sealed. */
  readonly given?: JsonObject;
  /** It is made after the service has been handed over. */
  readonly later?: true;
  /** Declared step names, the plan. */
  readonly steps: readonly string[];
  /** In a job that is no service's, or that only looks again: what it works on, as it was then, secrets sealed. */
  readonly delivered?: DeliveredFacts;
}

/** Everything a job needs besides its journal, fixed when it is made. */
export interface Program {
  /** Version of the SDK contract. */
  readonly contract: number;
  /** The owner mark. */
  readonly owner: string;
  /** Those of the services that the service is added to, the nearest first. */
  readonly above?: readonly string[];
  /** The product that the service is of once the job has succeeded, where it is to be another. */
  readonly productId?: string;
  /** In a job that is no service's: the service that once had what it works on. */
  readonly formerServiceId?: string;
  /** A create that is refused for what was ordered ends the service; staff are not asked. */
  readonly withdraws?: true;
  /** The domain whose state goes with that of the job. */
  readonly domainId?: string;
  /** What the product says about a failure of its create; the operations' own word otherwise. */
  readonly onFailure?: 'roll back' | 'keep';
  readonly components: readonly ProgramComponent[];
}

/** A job as its holder sees it. */
export interface Job {
  readonly id: string;
  readonly serviceId: string | null;
  readonly operation: string;
  readonly state: JobState;
  readonly phase: JobPhase;
  readonly program: Program;
  readonly interactive: boolean;
  readonly fence: number;
  readonly failure: StepError | null;
  readonly stopRequested: boolean;
  readonly lookAgainCount: number;
  /** It comes out of a backup: what its journal does not know of may have been done all the same. */
  readonly doubtful: boolean;
  /** Lines of the progress list when the last turn ended. */
  readonly eventCount: number;
  /** State of the service when the job was claimed; null without a service. */
  readonly serviceState: string | null;
  /** What the service's components are by now: an earlier operation may have made them after this job was asked for. */
  readonly delivered: readonly {
    readonly name: string;
    readonly remoteId: string | null;
    readonly properties: JsonObject;
    /** Values of its wired fields, as create had them. */
    readonly inputs?: JsonObject | null;
  }[];
  /** The customer uses the service already: what is still to be made stands for itself, and nothing of the rest is undone. */
  readonly handedOver: boolean;
  /** Components that will not be made by this job. */
  readonly givenUp: Readonly<Record<string, GivenUp>>;
}

/**
 * - `parked`: not executed; waits for a permit, a server or the admin
 * - `intended`: its call may have been made: look before calling again
 * - `waiting`: started; `task` is the provider's handle
 * - `dropped`: certainly not executed, or not there when looked for
 */
export type StepState = 'parked' | 'intended' | 'waiting' | 'done' | 'failed' | 'skipped' | 'dropped' | 'undoing' | 'undone';

export interface StepRow {
  readonly key: string;
  /** Place among the steps, for the progress list. */
  readonly position: number;
  readonly state: StepState;
  readonly serverId: string | null;
  readonly claim: Json | null;
  readonly task: Json | null;
  readonly output: Json | null;
  readonly error: StepError | null;
  /** Calls whose outcome was bad or unknown. */
  readonly attempts: number;
  readonly polls: number;
  /** The outcome of a call was at some time unknown. */
  readonly unknown: boolean;
  /** Order of completion within the job. */
  readonly finishNumber: number | null;
  /** Whole milliseconds from now until the step is due; 0 when it is. */
  readonly dueInMs: number;
  /** What it waits for, `permit:<server>:<name>`. */
  readonly waitFor: string | null;
  /** Milliseconds since trouble with the provider or the settings began; null without. */
  readonly troubleMs: number | null;
  /** Milliseconds since the wait began, or the step where there is none. */
  readonly ageMs: number;
}

/** True for a button of a module's own, which is asked for with an input of its own. */
export function isAction({ program }: Pick<Job, 'program'>): boolean {
  return program.components.some(({ input }) => input !== undefined);
}

/** The component that a step belongs to. */
export function componentOf(stepKey: string): string {
  const end = stepKey.indexOf(' / ');
  return end < 0 ? stepKey : stepKey.slice(0, end);
}

/** True when no worker will touch the service on behalf of this job any more. */
export function isOver(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled' || state === 'superseded';
}
