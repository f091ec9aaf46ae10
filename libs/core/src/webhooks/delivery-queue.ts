import type { AttemptOutcome, ClaimedDelivery } from './delivery.js';

/** How often the bell is rung for so many deliveries: a look takes a batch, so a few rings wake workers enough. */
export const ringsFor = (ready: number): number => Math.min(ready, 4);

/** How an attempt that failed is to be recorded. */
export interface RecordedFailure {
  readonly outcome: AttemptOutcome;
  /** Null: no attempt is to follow. */
  readonly nextInMs: number | null;
  /** How long a delivery is tried from its first failure on. */
  readonly giveUpMs: number;
  /** Disables the endpoint at once. */
  readonly gone: boolean;
}

/** Deliveries as the workers see them: rows that are claimed, sent and recorded. */
export abstract class DeliveryQueue {
  /**
   * Takes deliveries that are due at active endpoints, each for `leaseMs`: at most `limit`, and of each endpoint so many that no more
   * than `perEndpoint` are under way there in all processes together. One whose holder let the lease run out is due again; the attempt
   * without a record stays in the log as such.
   */
  abstract claim(limit: number, perEndpoint: number, leaseMs: number): Promise<readonly ClaimedDelivery[]>;
  /** False when the delivery is somebody else's by now, or gone. */
  abstract delivered(delivery: ClaimedDelivery, outcome: AttemptOutcome): Promise<boolean>;
  /** Disables the endpoint when it has failed for `giveUpMs`, or says that it is gone: staff get an operator task. Answers as `delivered`. */
  abstract failed(delivery: ClaimedDelivery, failure: RecordedFailure): Promise<boolean>;
  /** Forgets what happened more than `days` ago, except what waits for an active endpoint. Answers how many events went. */
  abstract forget(days: number): Promise<number>;
}

/** A request to a receiver. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends over HTTP, and nowhere else than to addresses that receivers may have. */
export abstract class WebhookSender {
  /** Never throws: whatever happens is an outcome. */
  abstract send(request: WebhookRequest): Promise<AttemptOutcome>;
}
