import type { components } from './schema.js';

type Schemas = components['schemas'];

export type JobState = Schemas['JobAnswer']['state'];
export type Job = Omit<Schemas['JobAnswer'], 'failure'> & { readonly failure: Failure | null };
export type OperatorTask = Schemas['OperatorTaskAnswer'];
export type Service = Schemas['ServiceAnswer'];
export type Server = Schemas['ServerAnswer'];
export type ConnectionTest = Schemas['ConnectionTestAnswer'];

/*
 * Parts of answers whose names the API's description leaves empty (`"$ref": "#/components/schemas/"`), so that nothing can be generated
 * for them. Each says what the API's class of the same purpose says.
 */

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly role: 'staff' | 'customer';
}

export interface JobStep {
  readonly key: string;
  readonly position: number;
  readonly state: 'parked' | 'intended' | 'waiting' | 'done' | 'failed' | 'skipped' | 'dropped' | 'undoing' | 'undone';
  readonly serverId: string | null;
  readonly claim: unknown;
  readonly output: unknown;
  readonly error: Failure | null;
  readonly attempts: number;
  readonly polls: number;
  /** The outcome of a call was at some time unknown. */
  readonly unknown: boolean;
  readonly waitFor: string | null;
  readonly wakeAt: string | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface JobComponent {
  readonly name: string;
  readonly extension: string;
  readonly version: string;
  readonly serverId: string;
  readonly steps: readonly string[];
}

export type JobDetails = Omit<Schemas['JobDetailsAnswer'], 'failure' | 'components' | 'steps' | 'events'> & {
  readonly failure: Failure | null;
  readonly components: readonly JobComponent[];
  readonly steps: readonly JobStep[];
};

export interface ServiceComponent {
  readonly name: string;
  /** Not for customers, as the next two. */
  readonly extension?: string;
  readonly serverId?: string;
  readonly remoteId?: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

export type ServiceDetails = Omit<Schemas['ServiceDetailsAnswer'], 'components'> & { readonly components: readonly ServiceComponent[] };

export interface Inspection {
  readonly state: 'running' | 'stopped' | 'changing' | 'missing';
  readonly node?: string;
  readonly cpuFraction?: number;
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly diskBytes?: number;
  readonly diskLimitBytes?: number;
  readonly uptimeSeconds?: number;
}

export interface ComponentInspection {
  readonly name: string;
  readonly inspection: Inspection;
}

export interface Extension {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** `loaded`, or why not in one word. */
  readonly state: string;
  readonly reason: string | null;
  readonly modules: readonly { readonly kind: string; readonly operations: readonly string[]; readonly canTest: boolean }[];
}
