import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { Clock } from '../access/index.js';
import { AuditLog } from '../audit/index.js';
import { Doorbell } from '../queues/index.js';
import type { WebhookDelivery } from './delivery.js';
import { ringsFor } from './delivery-queue.js';
import { webhookEventOf, webhookTestType } from './event-types.js';
import { WebhookLog } from './webhook-store.js';

/** Tells an endpoint what it would not be told by itself: a test, or what it was told before. */
@Injectable()
export class WebhookReplays {
  constructor(
    private readonly log: WebhookLog,
    private readonly doorbell: Doorbell,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `not_found`; `conflict` while the endpoint is disabled. */
  async test(endpointId: string, actor: string): Promise<WebhookDelivery> {
    const event = webhookEventOf(webhookTestType.type, { endpointId }, this.clock.now(), (text) => text);
    if (!event) throw new Error('the event of a test is not declared');
    const delivery = await this.log.add(endpointId, event);
    await this.done(actor, 'tested', endpointId, { deliveryId: delivery.id }, 1);
    return delivery;
  }

  /** Throws `not_found`; `conflict` while it is sent, or the endpoint is disabled. */
  async replay(endpointId: string, id: string, actor: string): Promise<WebhookDelivery> {
    const delivery = await this.log.replay(endpointId, id);
    await this.done(actor, 'delivery_replayed', endpointId, { deliveryId: id, eventId: delivery.eventId }, 1);
    return delivery;
  }

  /** Everything that failed of what happened since. Answers how many. Throws as `replay`; `invalid_input` for a time to come. */
  async replayFailed(endpointId: string, since: Date, actor: string): Promise<number> {
    if (since > this.clock.now()) throw new PanelError('invalid_input', 'since lies in the future', { field: 'since' });
    const replayed = await this.log.replayFailed(endpointId, since);
    await this.done(actor, 'failed_replayed', endpointId, { since: since.toISOString(), replayed }, replayed);
    return replayed;
  }

  private async done(actor: string, what: string, endpointId: string, details: Record<string, string | number>, ready: number) {
    await this.audit.record({ actor, action: `webhook.${what}`, subject: `webhook:${endpointId}`, details });
    await this.doorbell.ring('webhooks', ringsFor(ready));
  }
}
