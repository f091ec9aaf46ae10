import { createPostgresBackend, createRedisBackend, Queue, Worker, type BackendFactory, type QueueOptions } from 'bullmq';
import type { QueueServers } from './doorbell-path.js';

/** BullMQ alone on the same server: a job with nothing to do. */
export class EmptyJob {
  private seen: (() => void) | undefined;
  private readonly queue: Queue;
  private readonly worker: Worker;

  private constructor({ backend, redisUrl, connectionString }: QueueServers) {
    const redis = backend === 'redis';
    const factory = (redis ? createRedisBackend : createPostgresBackend) as BackendFactory;
    // BullMQ's types know Redis alone; its PostgreSQL backend takes what `pg` takes.
    const connection = (redis ? { url: redisUrl } : { connectionString, max: 5 }) as QueueOptions['connection'];
    this.queue = new Queue('empty', { connection }, factory as never);
    this.worker = new Worker(
      'empty',
      () => {
        this.seen?.();
        return Promise.resolve();
      },
      { connection, concurrency: 10 },
      factory as never,
    );
  }

  static async open(servers: QueueServers): Promise<EmptyJob> {
    const empty = new EmptyJob(servers);
    await empty.queue.waitUntilReady();
    await empty.worker.waitUntilReady();
    return empty;
  }

  /** Milliseconds from the call that adds a job to the first line of its processor. */
  async pickUp(): Promise<number> {
    const seen = new Promise<number>((resolve) => (this.seen = () => resolve(performance.now())));
    const at = performance.now();
    await this.queue.add('empty', {}, { attempts: 1, removeOnComplete: true, removeOnFail: true });
    return (await seen) - at;
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.queue.close();
  }
}
