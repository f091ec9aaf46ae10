import type { Page, PageOf } from '../paging/index.js';
import type { WebhookDelivery, WebhookDeliveryDetails, DeliveryState } from './delivery.js';
import type { WebhookEvent } from './event-types.js';
import type { WebhookEndpoint, WebhookState } from './webhook-endpoint.js';

export type NewWebhookEndpoint = Pick<WebhookEndpoint, 'id' | 'url' | 'description' | 'events' | 'secrets'>;
export type WebhookEndpointChange = Partial<Pick<WebhookEndpoint, 'url' | 'description' | 'events' | 'state'>>;

/** Endpoints, and since when each is subscribed to what: an event goes to those that were when it happened. */
export abstract class WebhookEndpointStore {
  /** An id nobody else gets: secrets are sealed for it before the row is there. */
  abstract newId(): Promise<string>;
  /** Active from now on. */
  abstract add(endpoint: NewWebhookEndpoint): Promise<WebhookEndpoint>;
  /** Throws `not_found`. */
  abstract get(id: string): Promise<WebhookEndpoint>;
  abstract list(page: Page, filter: { readonly state?: WebhookState }): Promise<PageOf<WebhookEndpoint>>;
  /**
   * Made active again, what waits is tried anew for the full time and at once where it is due, and the operator task about it is closed.
   * `reason`: why it is disabled, where it is. Throws `not_found`.
   */
  abstract change(id: string, change: WebhookEndpointChange, actor: string, reason: string): Promise<WebhookEndpoint>;
  /** Replaces the secrets by what `next` makes of them, under the row's lock. Throws `not_found`, and what `next` throws. */
  abstract changeSecrets(id: string, next: (endpoint: WebhookEndpoint) => WebhookEndpoint['secrets']): Promise<WebhookEndpoint>;
  /** With its deliveries. Throws `not_found`. */
  abstract remove(id: string, actor: string): Promise<void>;
}

/** What endpoints were told, and are to be told. */
export abstract class WebhookLog {
  /** Newest first. Throws `not_found` when there is no such endpoint. */
  abstract list(
    endpointId: string,
    page: Page,
    filter: { readonly state?: DeliveryState; readonly eventType?: string },
  ): Promise<PageOf<WebhookDelivery>>;
  /** Throws `not_found`. */
  abstract get(endpointId: string, id: string): Promise<WebhookDeliveryDetails>;
  /** An event for one active endpoint, whatever its filters. Throws `not_found`; `conflict` while it is disabled. */
  abstract add(endpointId: string, event: WebhookEvent): Promise<WebhookDelivery>;
  /** Tries it anew, now and for the full time. Throws `not_found`; `conflict` while it is sent or the endpoint is disabled. */
  abstract replay(endpointId: string, id: string): Promise<WebhookDelivery>;
  /** The same for all that failed of what happened since. Answers how many. Throws as `replay`. */
  abstract replayFailed(endpointId: string, since: Date): Promise<number>;
}
