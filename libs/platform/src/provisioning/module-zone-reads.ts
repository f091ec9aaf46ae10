import { ownerMark, withinCall, ZoneReader } from '@hostwright/core';
import { PanelError, type Ctx, type DnsModule, type DnsZoneContents, type HttpSignal, type JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';
import type { ExtensionModules } from './extension-modules.js';
import { checkedZones } from './remote-answers.js';

/** For all of them together: whoever waits gives up after ten seconds. */
const readTimeoutMs = 9_000;
const atOnce = 5;

interface Connection {
  readonly serviceId: string;
  readonly serverId: string;
}

/** Asks the dns modules themselves; somebody waits in front of it. */
export class ModuleZoneReader extends ZoneReader {
  constructor(
    private readonly pool: Pool,
    private readonly modules: Pick<ExtensionModules, 'find' | 'open'>,
    private readonly installationId: string,
  ) {
    super();
  }

  override async read(serviceIds: readonly string[]): Promise<ReadonlyMap<string, readonly DnsZoneContents[]>> {
    const { rows } = await this.pool.query<Connection>({
      name: 'zones-connections',
      text: `SELECT DISTINCT service_id::text AS "serviceId", connections ->> 'dns' AS "serverId" FROM service_component
        WHERE service_id = ANY ($1::bigint[]) AND connections ? 'dns' ORDER BY 1, 2`,
      values: [serviceIds],
    });
    const signal = AbortSignal.timeout(readTimeoutMs);
    const zones = new Map<string, readonly DnsZoneContents[]>();
    const waiting = rows.values();
    const reader = async (): Promise<void> => {
      for (const connection of waiting) {
        const found = await this.zonesOf(connection, signal);
        zones.set(connection.serviceId, [...(zones.get(connection.serviceId) ?? []), ...found]);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, reader));
    return zones;
  }

  private async zonesOf({ serviceId, serverId }: Connection, signal: HttpSignal): Promise<readonly DnsZoneContents[]> {
    const ref = { kind: 'dns', serverId };
    const { module, record } = await this.modules.find(ref);
    const list = (module as DnsModule).listZones?.bind(module) as
      ((args: { ctx: Ctx; server: JsonObject }) => Promise<unknown>) | undefined;
    if (!list) throw new PanelError('unsupported', `the dns module of '${record.extension}' has no zones`);
    const scope = { owner: ownerMark(this.installationId, serviceId), label: `zones of service ${serviceId}`, signal };
    const opened = await this.modules.open(ref, scope);
    const answer = await withinCall({ label: scope.label, interactive: true }, () =>
      list({ ctx: opened.ctx as Ctx, server: opened.server }),
    );
    return checkedZones(answer, record.extension);
  }
}
