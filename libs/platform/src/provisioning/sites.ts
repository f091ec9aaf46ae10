import { ownerMark, type ProgramSite } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import { loadComponents, type ComponentFacts } from './job-rows.js';

/** Who works for sites, and for whom. */
export interface SitesWanted {
  readonly installationId: string;
  readonly serviceId: string;
  readonly order: JsonObject;
  readonly components: readonly Pick<ComponentFacts, 'name' | 'site'>[];
}

/** The sites that components of a service work for, by their names, as they are now. */
export async function sitesOf(client: PoolClient, wanted: SitesWanted): Promise<ReadonlyMap<string, ProgramSite>> {
  const { components, serviceId, order, installationId } = wanted;
  const ours = components.some(({ site }) => site && 'component' in site);
  const parents = components.some(({ site }) => site && 'parent' in site);
  const own = ours ? await sitesIn(client, { serviceId, order }, installationId) : [];
  const parent = parents ? await parentOf(client, serviceId) : undefined;
  const above = parent ? await sitesIn(client, parent, installationId) : [];
  return new Map(
    components.flatMap(({ name, site }) => {
      if (!site) return [];
      const found = 'component' in site ? own.find((one) => one.name === site.component) : above.find((one) => one.name === site.parent);
      return found ? [[name, found] as const] : [];
    }),
  );
}

interface SiteOwner {
  readonly serviceId: string;
  readonly order: JsonObject;
}

async function parentOf(client: PoolClient, serviceId: string): Promise<SiteOwner | undefined> {
  const { rows } = await client.query<SiteOwner>({
    name: 'site-parent',
    text: `SELECT p.id AS "serviceId", p.order_values AS "order" FROM service s JOIN service p ON p.id = s.parent_id WHERE s.id = $1`,
    values: [serviceId],
  });
  return rows[0];
}

async function sitesIn(client: PoolClient, { serviceId, order }: SiteOwner, installationId: string): Promise<readonly ProgramSite[]> {
  const owner = ownerMark(installationId, serviceId);
  return (await loadComponents(client, serviceId)).map(
    ({ name, extension, serverId, connections, settings, remoteId, properties, inputs }) => ({
      serviceId,
      owner,
      name,
      extension,
      serverId,
      connections,
      product: settings,
      order,
      ...(remoteId === null ? {} : { delivered: { remoteId, properties, ...(inputs ? { inputs } : {}) } }),
    }),
  );
}
