import type { JsonObject, RemoteAccount } from '@hostwright/sdk';

export interface WantedAdoption {
  readonly serverId: string;
  readonly remoteId: string;
  /** A product of one component, of the server's extension. */
  readonly productCode: string;
  readonly customerEmail: string;
  readonly customerName?: string;
  /** Answers to the product's order fields that the provider does not know. */
  readonly order: JsonObject;
  readonly requestedBy: string;
}

export type FoundAccount = RemoteAccount & {
  /** The living service that has it. */
  readonly serviceId: string | null;
};

/** Makes services of what is on a server already. */
export abstract class AdoptionDesk {
  /** Everything on the server that could be a service, as the provider says now. Throws as `ServerReads.accounts`. */
  abstract accounts(serverId: string): Promise<readonly FoundAccount[]>;

  /**
   * Makes a service of it; nothing at the provider changes.
   * Throws: `not_found` for the server or what is on it; `invalid_input` for the product or an answer of the order; `unsupported` when its
   * module adopts nothing; `conflict` when it is a service's, is being made for one, or bears an owner mark, and when the product is
   * another module's.
   */
  abstract adopt(wanted: WantedAdoption): Promise<{ readonly serviceId: string }>;
}
