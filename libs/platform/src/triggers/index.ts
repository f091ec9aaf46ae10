export { PgTriggerLog } from './pg-trigger-log.js';
export { PgTriggerMappings } from './pg-trigger-mappings.js';
export { PgTriggerQueue } from './pg-trigger-queue.js';
export { TriggerStoresModule } from './trigger-stores.module.js';
