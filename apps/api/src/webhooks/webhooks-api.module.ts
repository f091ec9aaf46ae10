import { Module } from '@nestjs/common';
import { WebhooksModule } from '@hostwright/core';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({ imports: [WebhooksModule], controllers: [WebhooksController, WebhookDeliveriesController] })
export class WebhooksApiModule {}
