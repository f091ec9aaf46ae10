import { isPanelError, type Log } from '@hostwright/sdk';
import type { Clock } from '../access/index.js';
import type { Sealer } from '../provisioning/index.js';
import { DueWork } from '../queues/index.js';
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
  private readonly due: DueWork<ClaimedDelivery>;

  constructor(
    private readonly ports: DeliveryRunnerPorts,
    private readonly settings: DeliveryRunnerSettings,
  ) {
    const { concurrency, perEndpoint, leaseMs } = settings;
    this.due = new DueWork({
      concurrency,
      claim: (most) => ports.queue.claim(most, perEndpoint, leaseMs),
      see: (delivery) => this.tell(delivery),
      // It is sent again under the same id.
      unrecorded: ({ id }, error) => ports.log.error(`webhook delivery ${id} could not be recorded`, { error: String(error) }),
    });
  }

  /** Takes what is due and begins to send it; returns when that is under way. A call meanwhile joins in and makes it look once more. */
  look(): Promise<void> {
    return this.due.look();
  }

  /** Takes no more and waits for what is under way. */
  stop(): Promise<void> {
    return this.due.stop();
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
