import type { JsonObject } from '@hostwright/sdk';
import type { TaskQueueName } from './queue-names.js';

/** Runs of a task before it has failed. A mail server may be away for half a day, and what was to be told is told after that. */
export const maxTaskAttempts: Readonly<Record<TaskQueueName, number>> = { emails: 30, invoices: 3, backups: 3 };
/** Runs in one process that may end in an error nobody planned for: that does not pass by itself. */
export const maxUnplannedAttempts = 3;

export interface NewTask {
  readonly queue: TaskQueueName;
  /** Which handler does it, such as `send-mail`. */
  readonly kind: string;
  /** The same key is added once, whatever became of the first. Without one every call adds a task. */
  readonly uniqueKey?: string;
  /** Holds no secret: it is shown to staff. */
  readonly payload: JsonObject;
  /** Until it is due. None when left out. */
  readonly waitMs?: number;
}

/** A task as its holder sees it. `attempt` counts from 1 and is the fence: a newer attempt makes this one's result worthless. */
export interface ClaimedTask {
  readonly id: string;
  readonly queue: TaskQueueName;
  readonly kind: string;
  readonly payload: JsonObject;
  readonly attempt: number;
}

/** Rows of work for the queues that have no journal. `QueueHistory` lists them. */
export abstract class TaskStore {
  /** Adds tasks in one transaction; those whose key is known are left out. Answers how many were new, by queue. */
  abstract add(tasks: readonly NewTask[]): Promise<ReadonlyMap<TaskQueueName, number>>;
  /**
   * Takes tasks that are due, oldest first, each for `leaseMs`. A task whose holder let the lease run out is due again, and after
   * its last attempt failed.
   */
  abstract claim(queue: TaskQueueName, limit: number, leaseMs: number): Promise<readonly ClaimedTask[]>;
  /** Holds tasks for another `leaseMs`. */
  abstract renew(tasks: readonly ClaimedTask[], leaseMs: number): Promise<void>;
  /** Records a result. False when the task is somebody else's by now. */
  abstract finish(task: ClaimedTask, result: JsonObject): Promise<boolean>;
  /** Records a failed attempt; due again after `retryInMs`, or failed for good when that is null. */
  abstract fail(task: ClaimedTask, error: string, retryInMs: number | null): Promise<boolean>;
  /** How many are due now, by queue. */
  abstract due(): Promise<ReadonlyMap<TaskQueueName, number>>;
  /** Forgets what was done more than `hours` ago; failed tasks stay until they are cleared. Answers how many went. */
  abstract forget(hours: number): Promise<number>;
}

/** Does the tasks of one kind. */
export interface TaskHandler {
  readonly queue: TaskQueueName;
  readonly kind: string;
  /**
   * Does it and answers the result that staff see. May be called again after a crash.
   * Throws: `unavailable`, `unknown_outcome` or anything unplanned to be tried again; any other code is final.
   */
  run(task: ClaimedTask): Promise<JsonObject>;
}
