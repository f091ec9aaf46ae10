import type { ExpectedLimits, JsonObject, RemoteAccount, Usage } from '@hostwright/sdk';

/** Asks a provisioning module about a whole server. Answers are checked: what is malformed is an error, never half an answer. */
export abstract class ServerReads {
  /**
   * Everything on the server that could be a service, each remote id once.
   * Throws: `unsupported` when the module cannot; `unavailable`, `unknown_outcome` and what else the module throws.
   */
  abstract accounts(serverId: string): Promise<readonly RemoteAccount[]>;
  /** What services use, each remote id once. Throws as `accounts`. */
  abstract usage(serverId: string): Promise<readonly Usage[]>;
  /** What a product's settings mean; nothing when the module does not say, or is not loaded. */
  abstract expects(extension: string, product: JsonObject): ExpectedLimits;
}
