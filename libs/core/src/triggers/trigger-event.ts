/**
 * - `pending`: its subject is to be read again
 * - `done`: the service is as the provider says, or has been asked to become so
 * - `failed`: staff were given an operator task; replay it when that is mended
 */
export const triggerEventStates = ['pending', 'done', 'failed'] as const;
export type TriggerEventState = (typeof triggerEventStates)[number];

/** Something that a provider told us, once. What it said is not kept: it only says what to read again. */
export interface TriggerEvent {
  readonly id: string;
  /** At which it is read again. */
  readonly serverId: string;
  /** The provider's id, unique on the server. */
  readonly eventId: string;
  readonly eventType: string;
  /** Null when nothing that is sold can have changed. */
  readonly subject: string | null;
  readonly state: TriggerEventState;
  /** What became of it, or why it waits or failed. */
  readonly outcome: string | null;
  readonly serviceId: string | null;
  readonly receivedAt: Date;
  /** When it is looked at next; null when no look is to come. */
  readonly nextLookAt: Date | null;
  readonly finishedAt: Date | null;
}

/** Who orders, as services and jobs name it. */
export function triggerSource(serverId: string): string {
  return `trigger:${serverId}`;
}
