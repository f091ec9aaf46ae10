import type { JsonObject } from '@hostwright/sdk';

/** - `reconcile`: panel and provider are compared; `usage`: what services use is collected */
export const lookKinds = ['reconcile', 'usage'] as const;
export type LookKind = (typeof lookKinds)[number];

export const lookStates = ['pending', 'running', 'done', 'failed'] as const;
export type LookState = (typeof lookStates)[number];

/** Workers that are lost over a look before it has failed. */
export const maxLookAttempts = 3;

/** One look at one server. */
export interface Look {
  readonly id: string;
  readonly serverId: string;
  readonly kind: LookKind;
  readonly state: LookState;
  /** Who asked for it; `clock` when it was time. */
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** What was counted, by name. */
  readonly counts: JsonObject;
  /** Why it failed. */
  readonly error: string | null;
}

/** A look as its holder sees it. `attempt` counts from 1 and is the fence. */
export interface ClaimedLook {
  readonly id: string;
  readonly serverId: string;
  readonly kind: LookKind;
  readonly attempt: number;
}

/** Servers of these extensions are due for a look of this kind that long after the last one. */
export interface LookPlan {
  readonly kind: LookKind;
  readonly extensions: readonly string[];
  readonly everyMs: number;
}

/** Looks of one kind. */
export interface LookHandler {
  readonly kind: LookKind;
  /**
   * Looks, and records what it found together with the end of the look. What it throws ends the look as failed, and nothing of it is
   * recorded. May be called again after a crash.
   */
  run(look: ClaimedLook): Promise<void>;
}
