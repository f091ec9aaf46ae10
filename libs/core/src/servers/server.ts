import type { JsonObject } from '@hostwright/sdk';

/**
 * - `active`: takes new services
 * - `draining`: keeps what it has and takes nothing new
 * - `maintenance`: nothing is asked of it; jobs wait
 */
export const serverStates = ['active', 'draining', 'maintenance'] as const;
export type ServerState = (typeof serverStates)[number];

/** One set of credentials for one remote system. */
export interface Server {
  readonly id: string;
  readonly name: string;
  /** Whose module serves it, and of which kind. */
  readonly extension: string;
  readonly kind: string;
  readonly serverGroupId: string | null;
  /** As the module's server fields; every secret sealed on its own, see `SealedSettings`. */
  readonly settings: JsonObject;
  readonly state: ServerState;
  /** How many services it takes; null: no end. */
  readonly capacity: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** - `least_full`: the one with most room; `fill`: the first that has room */
export const fillRules = ['least_full', 'fill'] as const;
export type FillRule = (typeof fillRules)[number];

/** Servers a product may be placed on. */
export interface ServerGroup {
  readonly id: string;
  readonly name: string;
  readonly fill: FillRule;
  readonly createdAt: Date;
}
