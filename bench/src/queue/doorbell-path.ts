import { connectQueues, BullDoorbell } from '@hostwright/platform';
import type { JobLoop, QueueName } from '@hostwright/core';
import { Queue, Worker } from 'bullmq';

export type Backend = 'redis' | 'postgres';

export interface QueueServers {
  readonly backend: Backend;
  readonly redisUrl: string | undefined;
  readonly connectionString: string;
}

/** As the worker application has it for this queue. */
const workerOptions = { runRetryDelay: 2_000, concurrency: 10 };
const name: QueueName = 'provisioning';

/** The way from a ring to a worker's loop, as in production, within this process. */
export class DoorbellPath {
  private constructor(
    readonly doorbell: BullDoorbell,
    private readonly closing: readonly (() => Promise<unknown>)[],
  ) {}

  /** `loop` is asked for at every ring. */
  static async open({ backend, redisUrl, connectionString }: QueueServers, loop: () => JobLoop): Promise<DoorbellPath> {
    const log = { warn: (line: string, details?: unknown) => console.error(line, details) };
    const connection = connectQueues({ redisUrl: backend === 'redis' ? redisUrl : undefined, connectionString, log }, 1);
    const queue = new Queue(name, { connection: connection.options });
    const worker = new Worker(
      name,
      () => {
        loop().look();
        return Promise.resolve();
      },
      { connection: connection.options, ...workerOptions },
    );
    worker.on('error', (error) => log.warn('a worker cannot look at its queue', error));
    await worker.waitUntilReady();
    await queue.waitUntilReady();
    return new DoorbellPath(new BullDoorbell([queue], log), [() => worker.close(), () => queue.close(), () => connection.close()]);
  }

  ring(count = 1): Promise<void> {
    return this.doorbell.ring(name, count);
  }

  async close(): Promise<void> {
    for (const close of this.closing) await close();
  }
}
