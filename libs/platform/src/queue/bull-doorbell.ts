import { Doorbell, type QueueName } from '@hostwright/core';
import type { Log } from '@hostwright/sdk';
import type { Queue } from 'bullmq';
import { QuietLine } from '../database/index.js';

/** A caller waits this long at the most; the ring goes on without it. */
const patienceMs = 500;
/** Rings under way at once. More of them means that nobody answers, and then the sweep does their work. */
const maxUnderWay = 50;
/** One call never puts more messages than this: a worker that looks takes a batch. */
const maxMessages = 100;

const options = { attempts: 1, removeOnComplete: true, removeOnFail: true };

/** One message alone goes its own way: on PostgreSQL it is there in half the time that a list of one takes. */
function put(queue: Queue, count: number): Promise<unknown> {
  if (count === 1) return queue.add('look', {}, options);
  return queue.addBulk(Array.from({ length: count }, () => ({ name: 'look', data: {}, opts: options })));
}

/** Rings through BullMQ. A message carries nothing, is tried once and leaves no trace. */
export class BullDoorbell extends Doorbell {
  private readonly queues: ReadonlyMap<string, Queue>;
  private readonly line: QuietLine;
  private underWay = 0;

  constructor(queues: readonly Queue[], log: Pick<Log, 'warn'>) {
    super();
    this.line = new QuietLine(log, 'the queues cannot be reached; work goes on by the sweep');
    this.queues = new Map(queues.map((queue) => [queue.name, queue]));
    for (const queue of queues) queue.on('error', (error) => this.line.warn(error));
  }

  override async ring(name: QueueName, count = 1): Promise<void> {
    if (count < 1) return;
    const queue = this.queues.get(name);
    if (!queue) return this.line.warn(new Error(`this process was not set up to ring ${name}`));
    if (this.underWay >= maxUnderWay) return this.line.warn(new Error(`${this.underWay} rings are still under way`));
    this.underWay += 1;
    const rung = put(queue, Math.min(count, maxMessages))
      .then(
        () => undefined,
        (error: unknown) => this.line.warn(error),
      )
      .finally(() => (this.underWay -= 1));
    let timer: NodeJS.Timeout | undefined;
    const impatience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([rung, impatience]);
    clearTimeout(timer);
  }
}
