import type { StoredSecrets } from './webhook-secret.js';

/**
 * - `pending`: waits for its next attempt
 * - `sending`: an attempt is under way
 * - `delivered`: the receiver took it
 * - `failed`: given up; staff can replay it
 */
export const deliveryStates = ['pending', 'sending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One event for one endpoint. */
export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  /** The `webhook-id` of every attempt. */
  readonly eventId: string;
  readonly eventType: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Null when none is to come, or not before the endpoint is active again. */
  readonly nextAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly lastAttemptAt: Date | null;
  readonly finishedAt: Date | null;
}

/** One request to a receiver. */
export interface WebhookAttempt {
  readonly number: number;
  readonly startedAt: Date;
  /** Null while it runs, and when the worker was lost before it could record how it ended. */
  readonly durationMs: number | null;
  readonly status: number | null;
  readonly error: string | null;
  /** The beginning of what the receiver answered, secrets masked. */
  readonly response: string | null;
}

export interface WebhookDeliveryDetails extends WebhookDelivery {
  /** What is sent. */
  readonly body: string;
  /** Oldest first. */
  readonly history: readonly WebhookAttempt[];
}

/** A delivery as the worker that holds it sees it. `attempt` counts from 1 and is the fence. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly attempt: number;
  readonly endpointId: string;
  readonly url: string;
  readonly secrets: StoredSecrets;
  readonly eventId: string;
  readonly body: string;
  /** Attempts that failed since it was last begun or replayed. */
  readonly failures: number;
  /** How long it is tried yet; null before its first failure. */
  readonly giveUpInMs: number | null;
}

/** How an attempt ended. `error` is undefined exactly when the receiver took it. */
export interface AttemptOutcome {
  readonly durationMs: number;
  readonly status?: number;
  readonly error?: string;
  readonly response?: string;
  /** What the receiver asked for with `Retry-After`. */
  readonly retryAfterMs?: number;
}

const seconds = 1_000;
const hours = 3_600 * seconds;

/** How long a delivery is tried, and how long an endpoint may fail before it is disabled. */
export const giveUpAfterMs = 72 * hours;
/** Before the second, third … attempt; the last goes for all that follow. */
const waitsMs = [5 * seconds, 300 * seconds, 1_800 * seconds, 2 * hours, 5 * hours, 10 * hours, 12 * hours];
const shortestWaitMs = seconds;
/** A receiver may put us off for so long at the most. */
const longestRetryAfterMs = 12 * hours;

/** What becomes of a delivery whose attempt failed. */
export interface AfterFailure {
  /** Null: no attempt is to follow. */
  readonly nextInMs: number | null;
  /** The receiver says that it wants no events any more. */
  readonly gone: boolean;
}

/**
 * Waits drawn at random between none and the step's, and never less than the receiver asked for. The last attempt is at the end of the
 * 72 hours. `scale` multiplies every wait. `random`: 0 to 1, 1 excluded.
 */
export function afterFailure(
  { failures, giveUpInMs }: Pick<ClaimedDelivery, 'failures' | 'giveUpInMs'>,
  { status, retryAfterMs = 0 }: Pick<AttemptOutcome, 'status' | 'retryAfterMs'>,
  random: number,
  scale = 1,
): AfterFailure {
  if (status === 410) return { nextInMs: null, gone: true };
  const left = giveUpInMs ?? giveUpAfterMs * scale;
  if (left <= 0) return { nextInMs: null, gone: false };
  const step = waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 0;
  const wait = Math.max(shortestWaitMs, random * step, Math.min(retryAfterMs, longestRetryAfterMs)) * scale;
  return { nextInMs: Math.min(wait, left), gone: false };
}

/** What `Retry-After` asks for, in ms: seconds, or a date of HTTP. Undefined when it is neither. */
export function readRetryAfter(text: string | undefined, at: Date): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * seconds;
  const date = /GMT\s*$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - at.getTime());
}
