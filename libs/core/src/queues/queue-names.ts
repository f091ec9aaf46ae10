/** The queues. A message in one only means "look": what there is to do stands in the database. */
export const queueNames = ['provisioning', 'emails', 'invoices', 'backups', 'looks', 'webhooks'] as const;
export type QueueName = (typeof queueNames)[number];

/**
 * The queues whose work is rows of `queue_task`; provisioning has a journal of its own, looks at servers a table, webhooks their deliveries,
 * and what providers tell us, which rings the same bell, its events.
 */
export const taskQueueNames = ['emails', 'invoices', 'backups'] as const;
export type TaskQueueName = (typeof taskQueueNames)[number];
