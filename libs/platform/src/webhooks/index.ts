export { HttpWebhookSender, type WebhookSenderOptions } from './http-webhook-sender.js';
export { PgDeliveryQueue } from './pg-delivery-queue.js';
export { PgWebhookEndpoints } from './pg-webhook-endpoints.js';
export { PgWebhookLog } from './pg-webhook-log.js';
export { WebhookFanOut } from './webhook-fan-out.js';
export { WebhookStoresModule } from './webhook-stores.module.js';
