/* The rooms of staff, in a file of their own that customers never fetch. */
export { ExtensionsRoom } from './extensions/index.js';
export { FindingsRoom } from './findings/index.js';
export { JobsRoom } from './jobs/index.js';
export { MailsRoom } from './mails/index.js';
export { OperatorTasksRoom } from './operator-tasks/index.js';
export { NewProductRoom, ProductComponentsRoom, ProductRoom, ProductsRoom } from './products/index.js';
export { QueuesRoom } from './queues/index.js';
export { ServerGroupRoom, ServerGroupsRoom } from './server-groups/index.js';
export { AccountsRoom, ServerRoom, ServersRoom } from './servers/index.js';
export { TriggerEventsRoom, TriggerMappingsRoom } from './triggers/index.js';
export { DeliveryRoom, WebhookRoom, WebhooksRoom } from './webhooks/index.js';
