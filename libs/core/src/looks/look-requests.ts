import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { Doorbell } from '../queues/index.js';
import { ModuleCatalog, ServerStore } from '../servers/index.js';
import { LookStore } from './look-store.js';
import type { Look, LookKind } from './look.js';

/** Asks for looks at servers. */
@Injectable()
export class LookRequests {
  constructor(
    private readonly servers: ServerStore,
    private readonly modules: ModuleCatalog,
    private readonly looks: LookStore,
    private readonly doorbell: Doorbell,
  ) {}

  /**
   * A look as soon as a worker is free; one that is not over is answered instead.
   * Throws `not_found`; `unsupported` when the server's module cannot be looked at in that way; `conflict` while it is in maintenance.
   */
  async request(serverId: string, kind: LookKind, requestedBy: string): Promise<Look> {
    const { extension, kind: moduleKind } = await this.servers.get(serverId);
    if (!this.modules.find(extension, moduleKind)?.looks.includes(kind)) {
      throw new PanelError('unsupported', `the ${moduleKind} module of '${extension}' ${lacks[kind]}`);
    }
    const { look, created } = await this.looks.request(serverId, kind, requestedBy);
    if (created) await this.doorbell.ring('looks');
    return look;
  }
}

const lacks: Readonly<Record<LookKind, string>> = {
  reconcile: 'cannot list what is on a server, so there is nothing to compare with',
  usage: 'does not say what services use',
};
