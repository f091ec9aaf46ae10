import type { QueueName } from './queue-names.js';

/** Tells the workers that there is something to look at. A lost ring delays, it loses nothing: a sweep looks again. */
export abstract class Doorbell {
  /**
   * Rings once for each of `count` things that became ready, after they were committed.
   * Never throws and never holds its caller up: a queue that cannot be reached costs a line in the log.
   */
  abstract ring(queue: QueueName, count?: number): Promise<void>;
}
