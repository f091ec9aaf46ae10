import { PanelError, type Ctx } from '@hostwright/sdk';
import type { Zone } from './answers.js';
import type { CloudflareClient } from './client.js';

export type ChosenZone = { readonly id: string; readonly name: string };

/**
 * The zone a record is to be in: the server's, or, where it names none, the nearest one above the name, which must be in the customer's own
 * account. That account is named exactly by the customer's mark, as the extension for Cloudflare tenants makes it.
 * Throws: `not_found` where there is none; `not_owned` for a zone in any other account: a name in it is not this customer's to give out.
 */
export async function zoneFor(cloudflare: CloudflareClient, ctx: Ctx, zone: string | undefined, name: string): Promise<ChosenZone> {
  if (zone !== undefined) return chosen(await cloudflare.getZone(zone));
  const found = await customersZone(cloudflare, ctx, name);
  if (found !== undefined) return chosen(found);
  throw new PanelError('not_found', `the customer has no zone for ${name} at Cloudflare; it has to be ordered first`);
}

/** As `zoneFor`, of a record that is to go: where there is no zone of the customer's any more, there is no record either. */
export async function zoneStillThere(
  cloudflare: CloudflareClient,
  ctx: Ctx,
  zone: string | undefined,
  name: string,
): Promise<ChosenZone | undefined> {
  if (zone !== undefined) return chosen(await cloudflare.getZone(zone));
  const { mark } = await ctx.customer();
  const found = await nearestZones(cloudflare, name);
  const own = found.find(({ accountName }) => accountName === mark);
  return own === undefined ? undefined : chosen(own);
}

/** The zones of the longest name that ends like it; none: the token sees no such zone. */
export async function nearestZones(cloudflare: CloudflareClient, name: string): Promise<readonly Zone[]> {
  const labels = name.replace(/^\*\./, '').split('.');
  for (let from = 0; from < labels.length - 1; from += 1) {
    const zones = await cloudflare.zonesNamed(labels.slice(from).join('.'));
    if (zones.length > 0) return zones;
  }
  return [];
}

async function customersZone(cloudflare: CloudflareClient, ctx: Ctx, name: string): Promise<Zone | undefined> {
  const { mark } = await ctx.customer();
  const found = await nearestZones(cloudflare, name);
  const own = found.find(({ accountName }) => accountName === mark);
  const [theirs] = found;
  if (own === undefined && theirs !== undefined)
    throw new PanelError(
      'not_owned',
      `the zone ${theirs.name} is in the account ${theirs.accountName}, not in the customer's own, ${mark}`,
    );
  return own;
}

function chosen({ id, name }: Zone): ChosenZone {
  return { id, name };
}
