import type { ExpectedLimits, JsonObject, RemoteAccount, Usage } from '@hostwright/sdk';

/** A value of a pool of reservations, and what has it. */
export interface OccupiedValue {
  readonly remoteId: string;
  readonly pool: string;
  readonly value: string;
  /** Its place in the pool's range; null for a label. */
  readonly number: number | null;
  readonly name: string;
}

/** Asks a provisioning module about a whole server. Answers are checked: what is malformed is an error, never half an answer. */
export abstract class ServerReads {
  /**
   * Everything on the server that could be a service, each remote id once.
   * Throws: `unsupported` when the module cannot; `unavailable`, `unknown_outcome` and what else the module throws.
   */
  abstract accounts(serverId: string): Promise<readonly RemoteAccount[]>;
  /** What services use, each remote id once. Throws as `accounts`. */
  abstract usage(serverId: string): Promise<readonly Usage[]>;
  /**
   * Values that a new service would be given and that are taken up on the server by something that is not in `known`; none when the module
   * does not say. Throws as `accounts`.
   */
  abstract occupied(serverId: string, known: readonly string[]): Promise<readonly OccupiedValue[]>;
  /** What a product's settings mean; nothing when the module does not say, or is not loaded. */
  abstract expects(extension: string, product: JsonObject): ExpectedLimits;
}
