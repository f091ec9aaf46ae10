import type { ConnectionTest } from '@hostwright/sdk';

/** Asks a server whether our settings for it work. */
export abstract class ServerProbe {
  /** Throws `not_found`; `unsupported` when the module cannot test; else what the module throws, which says what to mend. */
  abstract test(serverId: string): Promise<ConnectionTest>;
}
