import { isPanelError, type Log } from '@hostwright/sdk';
import type { Clock } from '../access/index.js';
import type { Sealer } from '../provisioning/index.js';
import { afterFailure, giveUpAfterMs, type AttemptOutcome, type ClaimedDelivery } from './delivery.js';
import type { DeliveryQueue, WebhookSender } from './delivery-queue.js';
import { openSecrets, signedHeaders } from './webhook-secret.js';

export interface DeliveryRunnerSettings {
  /** Attempts under way at once in this process. */
  readonly concurrency: number;
  /** Attempts under way at one endpoint, in all processes together. */
  readonly perEndpoint: number;
  /** Longer than an attempt may take. */
  readonly leaseMs: number;
  /** Multiplies every wait; 1 but in demonstrations and tests. */
  readonly waitScale: number;
}

export const defaultDeliveryRunnerSettings: DeliveryRunnerSettings = { concurrency: 128, perEndpoint: 4, leaseMs: 45_000, waitScale: 1 };

/** What is done, and with what. */
export interface DeliveryRunnerPorts {
  readonly queue: DeliveryQueue;
  readonly sender: WebhookSender;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly log: Log;
}

/** Tells receivers of what is due. */
export class DeliveryRunner {
  private readonly underWay = new Set<Promise<void>>();
  private looking: Promise<void> | undefined;
  private again = false;
  private stopping = false;

  constructor(
    private readonly ports: DeliveryRunnerPorts,
    private readonly settings: DeliveryRunnerSettings,
  ) {}

  /**
   * Takes what is due and begins to send it; returns when that is under way. A call meanwhile joins in and makes it look once more.
   * Whatever ends lets it look again, so that a full process or endpoint goes on by itself.
   */
  look(): Promise<void> {
    this.again = true;
    this.looking ??= Promise.resolve().then(() => this.takeDue());
    return this.looking;
  }

  /** Takes no more and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.looking?.catch(() => undefined);
    await Promise.all(this.underWay);
  }

  private async takeDue(): Promise<void> {
    try {
      while (this.again && !this.stopping) {
        this.again = false;
        const free = this.settings.concurrency - this.underWay.size;
        if (free <= 0) return;
        const claimed = await this.ports.queue.claim(free, this.settings.perEndpoint, this.settings.leaseMs);
        for (const delivery of claimed) this.hold(delivery);
      }
    } finally {
      this.looking = undefined; // at once: a call from now on begins anew
    }
  }

  private hold(delivery: ClaimedDelivery): void {
    const { log } = this.ports;
    const told: Promise<void> = this.tell(delivery)
      // Not recorded: the lease runs out, and it is sent again under the same id.
      .catch((error: unknown) => log.error(`webhook delivery ${delivery.id} could not be recorded`, { error: String(error) }))
      .finally(() => {
        this.underWay.delete(told);
        if (!this.stopping) this.look().catch(() => undefined); // the sweep looks too, and tells of it
      });
    this.underWay.add(told);
  }

  private async tell(delivery: ClaimedDelivery): Promise<void> {
    const { queue, random } = this.ports;
    const outcome = await this.attempt(delivery);
    if (outcome.error === undefined) {
      await queue.delivered(delivery, outcome);
      return;
    }
    const { waitScale } = this.settings;
    const { nextInMs, gone } = afterFailure(delivery, outcome, random(), waitScale);
    await queue.failed(delivery, { outcome, nextInMs, gone, giveUpMs: giveUpAfterMs * waitScale });
  }

  private async attempt({ endpointId, secrets, eventId, body, url }: ClaimedDelivery): Promise<AttemptOutcome> {
    const { sealer, sender, clock } = this.ports;
    const at = clock.now();
    let signed: Record<string, string>;
    try {
      signed = signedHeaders(openSecrets(sealer, endpointId, secrets, at), eventId, at, body);
    } catch (error) {
      if (!isPanelError(error)) throw error;
      return { durationMs: 0, error: error.message };
    }
    return sender.send({ url, body, headers: { ...signed, 'content-type': 'application/json' } });
  }
}
