import type { TriggerFact, TriggerNotice, VerifiedNotice } from '@hostwright/sdk';

/** A notice, and the server whose secret it was signed with. */
export interface KnownNotice extends VerifiedNotice {
  readonly serverId: string;
}

/** Trigger modules on the servers that are connected. What they answer is checked. */
export abstract class TriggerModules {
  /**
   * Asks each server of the extension's trigger module whether the notice is its own.
   * Throws: `not_found` when there is no such extension or none of its servers is connected; `unauthenticated`, the same whatever is wrong
   * with the signature; `invalid_input`.
   */
  abstract verify(extension: string, notice: TriggerNotice): Promise<KnownNotice>;
  /** How a subject stands now at its provider. Undefined and throws as the module's `read`. */
  abstract read(serverId: string, subject: string): Promise<TriggerFact | undefined>;
}
