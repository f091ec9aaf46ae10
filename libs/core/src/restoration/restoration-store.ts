import type { Restoration } from './restoration.js';

/** Whether the panel runs on a restored database, and how far it has been compared with its providers. */
export abstract class RestorationStore {
  /** Asks the database whether it is another one than it remembers; if so everything is held from now on. True when that was found now. */
  abstract notice(): Promise<boolean>;
  /** The newest; undefined when there never was one. */
  abstract latest(): Promise<Restoration | undefined>;
  /**
   * Lets go of a server without a look. Audited in the same transaction.
   * Throws `not_found` for an unknown server, `conflict` when it is not held.
   */
  abstract release(serverId: string, reason: string, actor: string): Promise<Restoration>;
}
