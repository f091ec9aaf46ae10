import type { Inspection, RemoteAccount } from '@hostwright/sdk';
import type { Subscription, Zone } from './client/index.js';
import type { ProductConfig, Properties } from './config.js';
import { addOnsOf, isSameRatePlan } from './plans.js';
import type { Remote } from './remote.js';
import type { AddOnMark } from './zone-mark.js';

/*
 * What there is of services that are add-ons alone. A subscription bears no mark, so which ones a service has is said by records in the zone,
 * and whether they are there by the account.
 */

/** By what a listing knows such a service again: the zone, and whose add-ons they are. */
export function addOnsId(zoneId: string, owner: string): string {
  return `${zoneId}:${owner}`;
}

/** `stopped`: some are not there, or there is no zone that makes use of them. */
export async function inspectAddOns(
  remote: Remote,
  product: ProductConfig,
  { accountId, zoneId, domain }: Properties,
): Promise<Inspection> {
  const live = await remote.subscriptions.live(accountId);
  const sold = addOnsOf(product, remote.transport.server.programme);
  const there = sold.filter((ratePlan) => isThere(live, ratePlan));
  if (there.length === 0) return { state: 'missing' };
  const found = await remote.zones.find(zoneId);
  const zone = found?.account.id === accountId && found.name === domain ? found : undefined;
  const inUse = zone !== undefined && !zone.paused && there.length === sold.length;
  return {
    state: inUse ? 'running' : 'stopped',
    details: {
      addOns: [...there],
      lacking: sold.filter((ratePlan) => !there.includes(ratePlan)),
      zone: zone === undefined ? 'not in the account any more' : zone.paused ? 'paused' : zone.status,
    },
  };
}

/**
 * An entry for each service that has add-ons for the zone. Cloudflare suspends none, so those that are there count neither as stopped nor as
 * running; with one lacking they are `stopped`.
 */
export function addOnAccounts(zone: Zone, marks: readonly AddOnMark[], live: readonly Subscription[]): readonly RemoteAccount[] {
  return [...new Set(marks.map(({ owner }) => owner))].flatMap((owner): RemoteAccount[] => {
    const sold = marks.filter((mark) => mark.owner === owner).map(({ ratePlan }) => ratePlan);
    const there = sold.filter((ratePlan) => isThere(live, ratePlan));
    if (there.length === 0) return [];
    const state = there.length < sold.length ? 'stopped' : 'changing';
    return [{ remoteId: addOnsId(zone.id, owner), name: `${there.join(' ')} for ${zone.name}`, owner, state }];
  });
}

function isThere(live: readonly Subscription[], ratePlan: string): boolean {
  return live.some((one) => isSameRatePlan(one.ratePlan, ratePlan));
}
