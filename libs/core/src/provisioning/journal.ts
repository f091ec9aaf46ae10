import type { Json, JsonObject } from '@hostwright/sdk';
import type { GivenUp, Job, JobPhase, JobState, Program, StepError, StepRow, StepState } from './job.js';

/** One line of the progress list. `step` of `total`, both counted in declared steps. */
export interface JobEvent {
  readonly type: 'progress' | 'waiting' | 'rollback' | 'attention' | 'complete' | 'error' | 'cancelled';
  readonly stepKey: string | null;
  readonly step: number;
  readonly total: number;
  readonly percentage: number;
  readonly message: string;
}

/** A line with its place among the job's lines, from 1. Its holder counts: nobody else may write while the fence holds. */
export interface NumberedEvent extends JobEvent {
  readonly number: number;
}

/** A step's row as it shall be. */
export interface StepWrite {
  readonly key: string;
  readonly position: number;
  readonly state: StepState;
  readonly serverId: string | null;
  readonly claim: Json | null;
  readonly task: Json | null;
  readonly output: Json | null;
  readonly error: StepError | null;
  readonly attempts: number;
  readonly polls: number;
  readonly unknown: boolean;
  readonly finishNumber: number | null;
  /** Milliseconds until it is due; null when it waits for nothing. */
  readonly wakeInMs: number | null;
  readonly waitFor: string | null;
  /** True while there is trouble; when it began is kept by the journal. */
  readonly trouble: boolean;
}

export interface StepEntry {
  readonly jobId: string;
  readonly fence: number;
  readonly step: StepWrite;
  /** The holder knows of no row of it yet. Where there is one all the same, it is the same write made again. */
  readonly isNew: boolean;
  readonly event: NumberedEvent | null;
  /** The job's first final error: from now on no new step starts. */
  readonly failure: StepError | null;
  readonly operatorTask: NewOperatorTask | null;
}

export interface NewOperatorTask {
  /** `incomplete`: the service is in use without one of its components. */
  readonly kind: 'fix_settings' | 'decide' | 'not_owned' | 'failed' | 'not_undone' | 'extension' | 'bug' | 'incomplete';
  /** The step it is about; that of `incomplete` is the component, that of a server's setting the field. */
  readonly stepKey: string;
  /** Whose setting is to be mended: it is asked once for all jobs, and belongs to none of them. */
  readonly serverId?: string;
  readonly title: string;
  readonly detail: string;
}

/** One component as an operation has left it, secrets sealed. */
export interface DeliveredComponent {
  readonly name: string;
  readonly remoteId: string;
  readonly properties: JsonObject;
  readonly settings?: JsonObject;
  /** Values of its wired fields, which it keeps. */
  readonly inputs?: JsonObject;
  /** ISO 8601: when it ends, and when its upkeep is to begin. Left out: nobody tells. */
  readonly expiresAt?: string | null;
  readonly upkeepAt?: string | null;
}

/** What a job becomes at the end of a turn, and everything that becomes true with it, in one commit. */
export interface JobTurn {
  readonly jobId: string;
  readonly fence: number;
  readonly serviceId: string | null;
  readonly state: JobState;
  readonly phase: JobPhase;
  /** When a worker shall look again; null: not before something else happens. */
  readonly wakeInMs: number | null;
  /** False while this worker goes on with it. */
  readonly release: boolean;
  readonly failure?: StepError | null;
  /** What an action has answered. */
  readonly result?: Json;
  readonly lookAgainCount?: number;
  /** The turn's own line. */
  readonly event?: NumberedEvent;
  /** How many lines the job has with it. */
  readonly eventCount: number;
  /** What the rest of the panel is told, by the outbox. */
  readonly message?: { readonly topic: string; readonly payload: JsonObject };
  readonly operatorTasks?: readonly NewOperatorTask[];
  /** Closes what the job had asked of people. */
  readonly closeTasks?: boolean;
  readonly serviceState?: 'active' | 'suspended' | 'terminated' | 'cancelled';
  /** What the service was to come to with this job, and does not: it is meant to stay as it is again. */
  readonly notReached?: 'active' | 'suspended' | 'terminated';
  /** What the service consists of now; `settings`: where it was sold anew. */
  readonly components?: readonly DeliveredComponent[];
  /** The product it is of now, where it is another. */
  readonly productId?: string;
  /** What becomes of a domain, or, without an id, of all that the service has; `failure`: why it came to that. */
  readonly domain?: { readonly id?: string; readonly state: 'active' | 'gone'; readonly failure?: string };
  /** Whose reservations go into quarantine: the job's, the service's, or the job's for some of its components. */
  readonly free?: 'job' | 'service' | readonly string[];
  /** The customer uses the service from now on. */
  readonly handOver?: true;
  /** Components that this job will not make. */
  readonly givenUp?: Readonly<Record<string, GivenUp>>;
  /** Rows whose secrets are to be wiped: what is left of them. */
  readonly wipe?: readonly { readonly key: string; readonly output: Json | null; readonly task: Json | null }[];
  /** The program with what the job worked on, when it will look again; without its secrets, when it has ended for good. */
  readonly program?: Json;
  /** Lets the next operation of the service begin. */
  readonly wakeNext?: boolean;
}

/** A job of the installation itself, of no service. */
export interface NewJob {
  readonly operation: string;
  readonly program: Program;
  readonly requestedBy: string;
}

/** What came before and after a job. */
export interface Succession {
  /** Keys of this job's steps whose claim, on the same server, was an earlier job's that never learned the outcome of its call. */
  readonly claimedBefore: ReadonlySet<string>;
  /** Keys of this job's steps whose claim, on the same server, is a later job's too. */
  readonly claimedAgain: ReadonlySet<string>;
  /** A later operation has succeeded, so what this job kept may not be what is there now. */
  readonly completed: boolean;
}

/** What the journal knows of a job besides its own row. */
export interface LoadedJob {
  readonly steps: readonly StepRow[];
  /** How many lines its progress list has. A holder that died has written lines that the job's row does not count. */
  readonly eventCount: number;
}

/** A job under the fence it was claimed with. */
export interface HeldJob {
  readonly jobId: string;
  readonly fence: number;
}

/** Thrown by writes of a worker that no longer holds the job: somebody else goes on with it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(jobId: string) {
    super(`job ${jobId} is held by another worker`);
  }
}

/** The journal could not be reached, so nobody knows whether a write is there. Whoever comes next reads it again. */
export class JournalTrouble extends Error {
  override readonly name = 'JournalTrouble';
}

/** True for what the journal says of itself: it has nothing to do with the call during which it was met. */
export function isOfJournal(error: unknown): boolean {
  return error instanceof LeaseLost || error instanceof JournalTrouble;
}

/**
 * The journal of every effect on the outside. Whatever a method has answered is committed.
 * Every write names the fence under which the job was claimed, and locks the job's row in the same statement. Writes of one job are
 * committed in the order in which they were asked for, whether the one before is answered or not; behind one that failed none is made.
 */
export abstract class Journal {
  /** Announces a worker; its lease runs from now, on the journal's clock. */
  abstract register(name: string, leaseMs: number): Promise<string>;
  /** Prolongs the lease. False when it had run out: the worker holds nothing any more. */
  abstract renew(workerId: string, leaseMs: number): Promise<boolean>;
  /** Gives back everything the worker holds. */
  abstract leave(workerId: string): Promise<void>;
  /** Makes a job that the worker holds from its first moment; due for everybody, and `pending`, when its lease has run out meanwhile. */
  abstract start(workerId: string, job: NewJob): Promise<Job>;
  /** Claims jobs that are due, each under a new fence. */
  abstract claim(workerId: string, limit: number): Promise<readonly Job[]>;
  /** What was written of jobs just claimed, by job. Asked for after the claim is committed, so that nothing an earlier holder wrote is missed. */
  abstract load(jobIds: readonly string[]): Promise<ReadonlyMap<string, LoadedJob>>;
  /** Writes a step. Answers whether the job was asked to stop. Throws `LeaseLost`. */
  abstract writeStep(entry: StepEntry): Promise<{ readonly stopRequested: boolean }>;
  /** Ends or continues a turn. Throws `LeaseLost`. */
  abstract writeTurn(turn: JobTurn): Promise<void>;
  /** What later operations of the same service have taken over from this job, and it from earlier ones. */
  abstract succession(jobId: string): Promise<Succession>;
  /** What the worker holds, so that it can find what it has lost sight of. */
  abstract held(workerId: string): Promise<readonly HeldJob[]>;
  /** Gives jobs back without an outcome; they are due at once, under a new fence. */
  abstract giveBack(jobs: readonly HeldJob[]): Promise<void>;
  /** Gives back what dead workers held, wakes what lost its ring, frees permits of finished steps. Answers how many jobs are due. */
  abstract sweep(): Promise<number>;
}
