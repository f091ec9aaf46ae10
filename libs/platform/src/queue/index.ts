export { QueueModule, type QueueModuleOptions } from './queue.module.js';
export { connectQueues, type QueueConnection, type QueueServer } from './queue-connection.js';
export { BullDoorbell } from './bull-doorbell.js';
export { PgTaskStore, addTasks } from './pg-task-store.js';
export { OutboxRelay, type OutboxConsumer, type OutboxEvent, type OutboxSink } from './outbox-relay.js';
