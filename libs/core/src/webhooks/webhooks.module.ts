import { Module } from '@nestjs/common';
import { WebhookEndpoints } from './webhook-endpoints.js';
import { WebhookReplays } from './webhook-replays.js';

/** Needs a global module that provides the ports. */
@Module({ providers: [WebhookEndpoints, WebhookReplays], exports: [WebhookEndpoints, WebhookReplays] })
export class WebhooksModule {}
