import { PanelError, type ConnectionTest } from '@hostwright/sdk';
import type { Zone } from './answers.js';
import type { CloudflareClient } from './client.js';

/** Tries what a record will need, as far as that changes nothing. Throws the first thing to mend. */
export function testConnection(cloudflare: CloudflareClient, zone: string | undefined): Promise<ConnectionTest> {
  return zone === undefined ? testCustomersZones(cloudflare) : testZone(cloudflare, zone);
}

async function testZone(cloudflare: CloudflareClient, name: string): Promise<ConnectionTest> {
  const zone = await cloudflare.getZone(name);
  requireActive(await cloudflare.tokenStatus(zone.accountId));
  await cloudflare.listRecords(zone.id, zone.name);
  requireEdit(zone);
  const warnings = excessOf(zone);
  if (zone.status !== 'active')
    warnings.push(`zone ${zone.name} is ${zone.status}: its records are not served until its name servers point to Cloudflare`);
  if (zone.paused) warnings.push(`zone ${zone.name} is paused`);
  return { version: 'Cloudflare API v4', warnings };
}

/** There may be no customer yet. A token of one account does not see the others'. */
async function testCustomersZones(cloudflare: CloudflareClient): Promise<ConnectionTest> {
  requireActive(await cloudflare.tokenStatus(undefined));
  const zones = await cloudflare.someZones();
  zones.forEach(requireEdit);
  const [zone] = zones;
  if (zone === undefined) return { version: 'Cloudflare API v4', warnings: ['the API token sees no zone yet'] };
  await cloudflare.listRecords(zone.id, zone.name);
  return { version: 'Cloudflare API v4', warnings: excessOf(zone) };
}

function requireActive(status: string): void {
  if (status !== 'active') throw new PanelError('invalid_config', `the API token is ${status}`, { field: 'apiToken' });
}

function requireEdit({ name, permissions = [] }: Zone): void {
  if (permissions.length > 0 && !permissions.includes('#dns_records:edit')) {
    throw new PanelError('invalid_config', `the API token may not edit the records of ${name}: it lacks "DNS: Edit"`, {
      field: 'apiToken',
    });
  }
}

function excessOf({ permissions = [] }: Zone): string[] {
  const excess = permissions.filter((permission) => permission.endsWith(':edit') && permission !== '#dns_records:edit');
  return excess.length === 0 ? [] : [`the API token may do more than this module ever does: ${namedFew(excess)}`];
}

/** The first few of many. */
function namedFew(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${more}`;
}
