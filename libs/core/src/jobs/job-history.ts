import type { Json } from '@hostwright/sdk';
import type { Page, PageOf } from '../paging/index.js';
import type { JobPhase, JobState, StepError, StepState } from '../provisioning/index.js';

/** A provisioning job as it is shown. */
export interface JobSummary {
  readonly id: string;
  readonly serviceId: string | null;
  readonly operation: string;
  readonly state: JobState;
  readonly phase: JobPhase;
  readonly requestedBy: string;
  /** 0–100. */
  readonly percentage: number;
  readonly failure: StepError | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly stopRequestedAt: Date | null;
  /** When a worker looks at it next; null: not before something else happens. */
  readonly wakeAt: Date | null;
}

export interface JobStepView {
  readonly key: string;
  readonly position: number;
  readonly state: StepState;
  readonly serverId: string | null;
  readonly claim: Json | null;
  readonly output: Json | null;
  readonly error: StepError | null;
  readonly attempts: number;
  readonly polls: number;
  /** The outcome of a call was at some time unknown. */
  readonly unknown: boolean;
  readonly waitFor: string | null;
  readonly wakeAt: Date | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

export interface JobEventView {
  readonly number: number;
  readonly at: Date;
  readonly type: string;
  readonly stepKey: string | null;
  readonly step: number;
  readonly total: number;
  readonly percentage: number;
  readonly message: string;
}

export interface JobComponentView {
  readonly name: string;
  readonly extension: string;
  readonly version: string;
  readonly serverId: string;
  /** The plan: every declared step. */
  readonly steps: readonly string[];
}

export interface JobDetails extends JobSummary {
  readonly components: readonly JobComponentView[];
  readonly steps: readonly JobStepView[];
  readonly events: readonly JobEventView[];
  readonly result: Json | null;
}

/** How a job stands, for who waits for it. */
export type JobOutcome = Pick<JobDetails, 'state' | 'failure' | 'result'>;

export interface JobFilter {
  readonly state?: JobState;
  readonly operation?: string;
  readonly serviceId?: string;
}

/** Where a listener stands in a job's events. */
export interface EventCursor {
  readonly jobId: string;
  /** Number of the last event it has. */
  readonly after: number;
}

/** What is new for a listener. */
export interface JobNews {
  /** Index of the cursor it answers. */
  readonly cursor: number;
  readonly events: readonly JobEventView[];
  /** No event will come after these. */
  readonly over: boolean;
}

/** Jobs, their steps and events, as they are read. Values may hold sealed secrets: hide them before they are shown. */
export abstract class JobHistory {
  /** Newest first. `ownedBy`: only jobs of that customer's services. */
  abstract list(page: Page, filter: JobFilter, ownedBy?: string): Promise<PageOf<JobSummary>>;
  /** With all steps and the last 1000 events. `ownedBy`: only a job of that customer's. Throws `not_found`. */
  abstract get(id: string, ownedBy?: string): Promise<JobDetails>;
  /** Throws `not_found`. */
  abstract outcome(id: string): Promise<JobOutcome>;
  /** Throws `not_found` unless the job is there, and `ownedBy`'s where given. */
  abstract mustExist(id: string, ownedBy?: string): Promise<void>;
  /** What is new for all these listeners, in one query; a listener without news is left out. At most 200 events each. */
  abstract news(cursors: readonly EventCursor[]): Promise<readonly JobNews[]>;
}
