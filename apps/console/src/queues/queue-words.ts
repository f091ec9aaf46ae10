import type { QueueStats } from '../api/index.js';

export type QueueName = QueueStats['queue'];

export const queueLabels: Readonly<Record<QueueName, string>> = {
  provisioning: 'Provisioning',
  emails: 'Mails',
  invoices: 'Invoices',
  backups: 'Backups',
  looks: 'Runs at servers',
  webhooks: 'Webhooks',
};

/** Queues whose failed tasks are tried again from their list. */
const taskQueues = ['emails', 'invoices', 'backups'] as const;
export type TaskQueue = (typeof taskQueues)[number];

export const isTaskQueue = (queue: QueueName): queue is TaskQueue => taskQueues.some((name) => name === queue);

/** Which queue is shown, as the address of the room names it. */
export function queueShown({ queue }: Readonly<Record<string, unknown>>): { readonly queue?: QueueName } {
  return typeof queue === 'string' && Object.hasOwn(queueLabels, queue) ? { queue: queue as QueueName } : {};
}

/** Where one that failed is looked after, which has more to it than a task; undefined when its list is the place. */
export function placeOf(queue: QueueName, entry: { readonly id: string; readonly result?: unknown }): string | undefined {
  if (queue === 'provisioning') return `/app/jobs/${entry.id}`;
  if (queue === 'looks') return '/app/servers';
  if (queue !== 'webhooks') return undefined;
  const { webhookId } = (typeof entry.result === 'object' && entry.result !== null ? entry.result : {}) as { readonly webhookId?: unknown };
  return typeof webhookId === 'string' && /^\d+$/.test(webhookId) ? `/app/webhooks/${webhookId}/deliveries/${entry.id}` : '/app/webhooks';
}
