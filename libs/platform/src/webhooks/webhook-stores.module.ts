import { Global, Module, type Provider } from '@nestjs/common';
import { WebhookEndpointStore, WebhookLog } from '@hostwright/core';
import { PgWebhookEndpoints } from './pg-webhook-endpoints.js';
import { PgWebhookLog } from './pg-webhook-log.js';

const ports: Provider[] = [
  { provide: WebhookEndpointStore, useClass: PgWebhookEndpoints },
  { provide: WebhookLog, useClass: PgWebhookLog },
];

/** What staff see of webhooks. Needs a global module that provides `pg.Pool`. */
@Global()
@Module({ providers: ports, exports: [WebhookEndpointStore, WebhookLog] })
export class WebhookStoresModule {}
