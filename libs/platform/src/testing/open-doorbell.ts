import { queueNames, type Doorbell } from '@hostwright/core';
import { Queue } from 'bullmq';
import { BullDoorbell, connectQueues } from '../queue/index.js';

export interface OpenDoorbell {
  readonly doorbell: Doorbell;
  close(): Promise<void>;
}

/** The doorbell on Redis as an app has it, without a framework. */
export function openDoorbell(redisUrl: string): OpenDoorbell {
  const log = { warn: () => undefined };
  const connection = connectQueues({ redisUrl, connectionString: '', log }, 0);
  const queues = queueNames.map((name) => new Queue(name, { connection: connection.options }));
  return {
    doorbell: new BullDoorbell(queues, log),
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
      await connection.close();
    },
  };
}
