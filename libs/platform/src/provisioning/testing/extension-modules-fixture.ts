import { SealedSettings, type OpenModule } from '@hostwright/core';
import { defineProvisioning, fields, operation, type Fields } from '@hostwright/sdk';
import type { Pool } from 'pg';
import { ConnectionPools } from '../../egress/index.js';
import type { Logger } from '../../logging/index.js';
import { TurnedSealer } from '../../testing/index.js';
import { ExtensionModules } from '../extension-modules.js';
import type { InstalledExtension } from '../installed-extensions.js';
import { ServerGate } from '../server-gate.js';

/** The host of modules as it is in life, with one small extension that leaves the given properties. */
export class ExtensionModulesFixture {
  private readonly host: ExtensionModules;

  constructor(pool: Pool, properties: Fields = fields({}), dnsServers?: readonly string[]) {
    const none = fields({});
    const provisioning = defineProvisioning(
      { server: none, product: none, order: none, properties },
      {
        create: operation({ steps: [], run: async () => ({ remoteId: 'r' }) as never }),
        terminate: operation({ steps: [], run: async () => undefined }),
        inspect: async () => ({ state: 'running' }),
      },
    );
    const installed = {
      extension: { id: 'fake', name: 'Fake', provisioning },
      version: '1.0.0',
      manifest: { sdk: 1, egress: [] },
    } as unknown as InstalledExtension;
    this.host = new ExtensionModules({
      pool,
      extensions: { find: (id) => (id === 'fake' ? installed : undefined) },
      settings: new SealedSettings(new TurnedSealer()),
      gate: new ServerGate(pool, () => Date.now(), 1),
      connections: new ConnectionPools(),
      logger: { warn: () => undefined, child: () => ({}) } as unknown as Logger,
      recorder: undefined,
      dnsServers,
      now: () => Date.now(),
    });
  }

  open(serverId = '1'): Promise<OpenModule> {
    return this.host.open({ kind: 'provisioning', serverId }, { owner: 'hw-test-1', label: 'test', signal: new AbortController().signal });
  }
}
