import { Injectable } from '@nestjs/common';
import { Clock, RandomText } from '../access/index.js';
import { AuditLog } from '../audit/index.js';
import type { Page, PageOf } from '../paging/index.js';
import { Sealer } from '../provisioning/index.js';
import { checkReceiverUrl } from './receiver-address.js';
import { ReceiverSettings } from './receiver-settings.js';
import { checkFilters, viewOfWebhook, type WebhookEndpointView, type WebhookState } from './webhook-endpoint.js';
import { newWebhookSecret, withNewSecret } from './webhook-secret.js';
import { WebhookEndpointStore, type WebhookEndpointChange } from './webhook-store.js';

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly string[];
  readonly description?: string;
}

/** What is left out stays as it is. */
export interface WebhookChange {
  readonly url?: string;
  readonly events?: readonly string[];
  readonly description?: string;
  readonly state?: WebhookState;
}

/** An endpoint with a secret that its receiver is to be given; it is shown this once. */
export interface WebhookWithSecret {
  readonly webhook: WebhookEndpointView;
  readonly secret: string;
}

/** Makes, changes and removes endpoints. Audited without the path of their address, which may hold what is nobody's business. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly store: WebhookEndpointStore,
    private readonly rules: ReceiverSettings,
    private readonly sealer: Sealer,
    private readonly random: RandomText,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `not_found`. */
  async get(id: string): Promise<WebhookEndpointView> {
    return viewOfWebhook(await this.store.get(id), this.clock.now());
  }

  async list(page: Page, filter: { readonly state?: WebhookState }): Promise<PageOf<WebhookEndpointView>> {
    const { items, next } = await this.store.list(page, filter);
    const at = this.clock.now();
    return { items: items.map((endpoint) => viewOfWebhook(endpoint, at)), next };
  }

  /** Throws `invalid_input` naming the field at fault. */
  async create({ url, events, description = '' }: NewWebhook, actor: string): Promise<WebhookWithSecret> {
    const checked = { url: checkReceiverUrl(url, this.rules), events: checkFilters(events) };
    const id = await this.store.newId();
    const secret = newWebhookSecret(this.random);
    const at = this.clock.now();
    const made = await this.store.add({ id, ...checked, description, secrets: withNewSecret(this.sealer, id, secret, [], at) });
    await this.record(actor, 'created', id, { host: new URL(made.url).host, events: [...made.events] });
    return { webhook: viewOfWebhook(made, at), secret };
  }

  /** Throws as `create`, and `not_found`. */
  async change(id: string, change: WebhookChange, actor: string): Promise<WebhookEndpointView> {
    const checked: WebhookEndpointChange = {
      ...change,
      ...(change.url !== undefined && { url: checkReceiverUrl(change.url, this.rules) }),
      ...(change.events !== undefined && { events: checkFilters(change.events) }),
    };
    const changed = await this.store.change(id, checked, actor, 'staff disabled it');
    const details = {
      changed: Object.keys(change),
      host: new URL(changed.url).host,
      events: [...changed.events],
      state: changed.state,
    };
    await this.record(actor, 'changed', id, details);
    return viewOfWebhook(changed, this.clock.now());
  }

  /** The secret before signs too for a day. Throws `not_found`; `conflict` when too many do already. */
  async rotateSecret(id: string, actor: string): Promise<WebhookWithSecret> {
    const secret = newWebhookSecret(this.random);
    const at = this.clock.now();
    const changed = await this.store.changeSecrets(id, ({ secrets }) => withNewSecret(this.sealer, id, secret, secrets, at));
    await this.record(actor, 'secret_rotated', id, {});
    return { webhook: viewOfWebhook(changed, at), secret };
  }

  /** With everything it was told. Throws `not_found`. */
  async remove(id: string, actor: string): Promise<void> {
    const { url } = await this.store.get(id);
    await this.store.remove(id, actor);
    await this.record(actor, 'removed', id, { host: new URL(url).host });
  }

  private record(actor: string, what: string, id: string, details: Parameters<AuditLog['record']>[0]['details']): Promise<void> {
    return this.audit.record({ actor, action: `webhook.${what}`, subject: `webhook:${id}`, details });
  }
}
