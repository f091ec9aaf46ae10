import { Injectable } from '@nestjs/common';
import { PanelError, type ConnectionTest, type Fields, type Json, type JsonObject } from '@hostwright/sdk';
import { AuditLog } from '../audit/index.js';
import { hideSecrets } from '../secrets/index.js';
import { ModuleCatalog } from './module-catalog.js';
import { SealedSettings } from './sealed-settings.js';
import { ServerProbe } from './server-probe.js';
import { ServerStore } from './server-store.js';
import type { Server } from './server.js';

export interface NewServer {
  readonly name: string;
  readonly extension: string;
  readonly kind: string;
  readonly serverGroupId?: string;
  readonly settings: JsonObject;
  readonly capacity?: number;
}

/** What is left out stays as it is, secrets included. In `settings`, null removes an optional value. */
export interface ServerChange {
  readonly name?: string;
  readonly serverGroupId?: string | null;
  readonly settings?: JsonObject;
  readonly state?: Server['state'];
  readonly capacity?: number | null;
}

/** Connects servers and keeps their settings. */
@Injectable()
export class ServerRegistry {
  constructor(
    private readonly servers: ServerStore,
    private readonly modules: ModuleCatalog,
    private readonly sealed: SealedSettings,
    private readonly probe: ServerProbe,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `invalid_input` naming the setting at fault; `conflict` when the name is taken. */
  async connect(wanted: NewServer, actor: string): Promise<Server> {
    const fields = this.fieldsOf(wanted.extension, wanted.kind);
    if (wanted.kind !== 'provisioning' && wanted.serverGroupId !== undefined) {
      throw new PanelError('invalid_input', 'only servers that services are placed on belong to a group', { field: 'serverGroupId' });
    }
    const values = this.modules.check(fields, wanted.settings, 'settings');
    const id = await this.servers.newId();
    const server = await this.servers.add({
      id,
      name: wanted.name,
      extension: wanted.extension,
      kind: wanted.kind,
      serverGroupId: wanted.serverGroupId ?? null,
      settings: this.sealed.seal(id, fields, values),
      state: 'active',
      capacity: wanted.capacity ?? null,
    });
    await this.audit.record({
      actor,
      action: 'server.connected',
      subject: `server:${id}`,
      details: { name: server.name, extension: server.extension },
    });
    return server;
  }

  /** Throws as `connect`, and `not_found`. */
  async change(id: string, change: ServerChange, actor: string): Promise<Server> {
    const { settings: changed, ...rest } = change;
    let settings: JsonObject | undefined;
    const server = await this.servers.get(id);
    if (server.kind !== 'provisioning' && typeof change.serverGroupId === 'string') {
      throw new PanelError('invalid_input', 'only servers that services are placed on belong to a group', { field: 'serverGroupId' });
    }
    if (changed !== undefined) {
      const fields = this.fieldsOf(server.extension, server.kind);
      const values = this.modules.check(fields, merge(this.sealed.open(id, server.settings), changed), 'settings');
      settings = this.sealed.seal(id, fields, values);
    }
    const after = await this.servers.change(id, { ...rest, ...(settings === undefined ? {} : { settings }) });
    const details: JsonObject = {
      changed: [...Object.keys(rest), ...Object.keys(changed ?? {}).map((name) => `settings.${name}`)],
      state: after.state,
    };
    await this.audit.record({ actor, action: 'server.changed', subject: `server:${id}`, details });
    return after;
  }

  /** Throws `conflict` while a service or a product is on it. */
  async remove(id: string, actor: string): Promise<void> {
    const server = await this.servers.get(id);
    await this.servers.remove(id);
    await this.audit.record({ actor, action: 'server.removed', subject: `server:${id}`, details: { name: server.name } });
  }

  async test(id: string): Promise<ConnectionTest> {
    return this.probe.test((await this.servers.get(id)).id);
  }

  /** The settings as staff may see them: of a secret only that it is set. */
  shownSettings(server: Server): JsonObject {
    const shown = hideSecrets(server.settings) as Record<string, Json>;
    for (const [name, field] of Object.entries(this.modules.find(server.extension, server.kind)?.server ?? {})) {
      if (field.type === 'secret') shown[name] = { set: server.settings[name] !== undefined };
    }
    return shown;
  }

  private fieldsOf(extension: string, kind: string): Fields {
    const module = this.modules.find(extension, kind);
    if (!module) {
      throw new PanelError('invalid_input', `no loaded extension ${extension} has a module of kind ${kind}`, { field: 'extension' });
    }
    return module.server;
  }
}

function merge(before: JsonObject, changed: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ ...before, ...changed }).filter(([, value]) => value !== null && value !== undefined));
}
