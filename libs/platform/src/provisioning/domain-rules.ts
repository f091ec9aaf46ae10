import { isIP } from 'node:net';
import { isWithin } from '@hostwright/core';
import { PanelError, type DomainFacts, type DomainTarget, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import type { WantedComponent } from './job-making.js';
import { withoutSecrets, type ComponentFacts } from './job-rows.js';

/** Each component with the domains that may have left something at its providers. */
export async function withDomains(
  client: PoolClient,
  serviceId: string,
  components: readonly ComponentFacts[],
): Promise<readonly WantedComponent[]> {
  const { rows } = await client.query<DomainFacts & { component: string }>({
    name: 'desk-domains-to-end',
    text: `SELECT component, name, zone FROM domain WHERE service_id = $1 AND state <> 'gone' AND add_job_id IS NOT NULL ORDER BY id`,
    values: [serviceId],
  });
  return components.map((facts) => {
    const domains = rows.filter(({ component }) => component === facts.name).map(({ name, zone }) => ({ name, zone }));
    return domains.length > 0 ? { ...facts, domains } : facts;
  });
}

export interface Room {
  readonly serviceId: string;
  readonly component: string;
  /** Of the product that the service is, or is to become. */
  readonly settings: JsonObject;
  /** How many are to come. */
  readonly more: number;
}

/** Throws `conflict` when the component would have more domains than its plan allows. The service must be locked. */
export async function requireRoom(
  client: PoolClient,
  module: ProvisioningModule,
  { serviceId, component, settings, more }: Room,
): Promise<void> {
  const quota = module.domainQuota?.(settings as never);
  if (quota === undefined) return;
  const { rows } = await client.query<{ count: number }>({
    name: 'desk-count-domains',
    text: `SELECT count(*)::int AS count FROM domain WHERE service_id = $1 AND component = $2 AND state <> 'gone'`,
    values: [serviceId, component],
  });
  if (rows[0]!.count + more > quota)
    throw new PanelError(
      'conflict',
      `the plan allows ${quota} ${quota === 1 ? 'domain' : 'domains'}, and the service has ${rows[0]!.count}`,
    );
}

/** Where the component's domains must lead, as its module says. An answer of another shape is the module's bug. */
export function targetOf(
  module: ProvisioningModule,
  { extension, serverSettings, settings, properties }: ComponentFacts,
): Required<DomainTarget> {
  const target = module.domainTarget?.({
    server: withoutSecrets(serverSettings) as never,
    product: settings as never,
    properties: withoutSecrets(properties) as never,
  });
  const { addresses, nameServers = [] } = target ?? { addresses: [] };
  if (addresses.length === 0 || !addresses.every((one) => isIP(one) !== 0))
    throw new Error(`'${extension}' did not say where domains lead`);
  return {
    addresses: addresses.map((one) => one.toLowerCase()),
    nameServers: nameServers.map((one) => String(one).toLowerCase().replace(/\.$/, '')),
  };
}

/** Throws `invalid_input` for a name in a zone that a module gives out names in, whatever product it does so for. */
export async function requireForeign(
  client: PoolClient,
  name: string,
  find: (extension: string) => ProvisioningModule | undefined,
  own: readonly ComponentFacts[],
): Promise<void> {
  const { rows } = await client.query<{ extension: string; settings: JsonObject }>(
    `SELECT DISTINCT extension, settings FROM product_component`,
  );
  for (const { extension, settings } of [...rows, ...own]) {
    const zone = (find(extension)?.ownZones?.(settings as never) ?? []).find((one) => isWithin(name, one));
    if (zone !== undefined)
      throw new PanelError('invalid_input', `${name} is in ${zone}, whose names are given out by us`, { field: 'name' });
  }
}
