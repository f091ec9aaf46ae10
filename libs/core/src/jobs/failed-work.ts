import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { Doorbell, taskQueueNames, type QueueName, type TaskQueueName } from '../queues/index.js';
import { QueueHistory } from './queue-history.js';

/** Where what failed is tried again that has more to it than a task. */
const elsewhere: Readonly<Record<Exclude<QueueName, TaskQueueName>, string>> = {
  provisioning: 'retry the job itself',
  webhooks: 'replay the delivery, or all that failed, at its webhook',
  looks: 'ask for another run at the server',
};

/** Tries failed tasks of the queues once more, when what was wrong has been mended. */
@Injectable()
export class FailedWork {
  constructor(
    private readonly history: QueueHistory,
    private readonly doorbell: Doorbell,
  ) {}

  /** Throws `invalid_input` for a queue without tasks; `not_found` when none of this id has failed, or it was cleared or tried again since. */
  async retry(queue: QueueName, id: string, actor: string): Promise<void> {
    const retried = await this.history.retryFailed(taskQueue(queue), actor, id);
    if (retried === 0) throw new PanelError('not_found', `no task ${id} has failed in the queue ${queue}; it may be under way again`);
    await this.doorbell.ring(queue);
  }

  /** Everything of a queue that failed. Answers how many. Throws `invalid_input` for a queue without tasks. */
  async retryAll(queue: QueueName, actor: string): Promise<number> {
    const retried = await this.history.retryFailed(taskQueue(queue), actor);
    if (retried > 0) await this.doorbell.ring(queue, retried);
    return retried;
  }
}

function taskQueue(queue: QueueName): TaskQueueName {
  const found = taskQueueNames.find((name) => name === queue);
  if (found) return found;
  const instead = elsewhere[queue as Exclude<QueueName, TaskQueueName>];
  throw new PanelError('invalid_input', `what failed in the queue ${queue} is not tried again from here: ${instead}`, { field: 'queue' });
}
