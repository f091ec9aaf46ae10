import type { Choice } from '@hostwright/sdk';

/** Lists that product fields load from a provider. */
export abstract class ServerChoices {
  /**
   * The entries of a list, at most half a minute old. What fails is asked anew by the next call.
   * Throws: `not_found` for the server or the list; `unsupported` when its module loads none; and what the module throws.
   */
  abstract load(serverId: string, list: string): Promise<readonly Choice[]>;
}
