import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import type { TaskQueueName } from '@hostwright/core';
import { QueueTrouble } from '../queue-trouble.js';
import { TaskSweep } from '../task-sweep.js';

/** A ring for a queue whose work is rows of tasks. */
export abstract class TaskProcessor extends WorkerHost {
  protected abstract readonly queue: TaskQueueName;

  constructor(
    private readonly sweep: TaskSweep,
    private readonly trouble: QueueTrouble,
  ) {
    super();
  }

  override process(): Promise<void> {
    this.sweep.look(this.queue);
    return Promise.resolve();
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.trouble.warn(error);
  }
}
