import type { Json } from '@hostwright/sdk';
import type { Page, PageOf } from '../paging/index.js';
import type { QueueName, TaskQueueName } from '../queues/index.js';

/** How a queue stands. */
export interface QueueStats {
  readonly queue: QueueName;
  /** Due or waiting for its time. */
  readonly waiting: number;
  readonly running: number;
  /** Failed and not yet cleared. */
  readonly failed: number;
  readonly completedLast24h: number;
}

/** One piece of work of a queue. */
export interface QueueEntry {
  readonly id: string;
  readonly queue: QueueName;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly result: Json | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** What the queues did, from the tables behind them. Results may hold sealed secrets: hide them before they are shown. */
export abstract class QueueHistory {
  abstract stats(): Promise<readonly QueueStats[]>;
  /** Newest first; cleared ones are left out. */
  abstract failed(queue: QueueName, page: Page): Promise<PageOf<QueueEntry>>;
  /** Finished within the last 24 hours, well or not; newest first. */
  abstract results(queue: QueueName, page: Page): Promise<PageOf<QueueEntry>>;
  /** Takes failed work off the list; jobs, deliveries and open operator tasks stay, tasks go. Answers how many. Audited in the same transaction. */
  abstract clearFailed(queue: QueueName, actor: string): Promise<number>;
  /** Makes every failed task of a queue pending anew, or the one with this id, its attempts counted from none. Answers how many. Audited as above. */
  abstract retryFailed(queue: TaskQueueName, actor: string, id?: string): Promise<number>;
}
