import type { Ctx, RemoteAccount, Usage } from '@hostwright/sdk';
import { addOnAccounts } from './add-ons.js';
import { trafficBytes, type Zone } from './client/index.js';
import type { ServerConfig } from './config.js';
import { Remote } from './remote.js';
import { allMarksIn, isCustomersAccount } from './zone-mark.js';

/** Calls at once: a listing of many zones must come to an end within its two minutes. */
const atOnce = 6;
/** Below the 320 queries that Cloudflare answers in 5 minutes. More zones than that take turns, hour by hour. */
const countedAtOnce = 250;

/**
 * Every zone the credentials reach, and what services have for one that is add-ons alone. Only those in accounts of this installation's
 * customers can bear a mark, so only those are asked. Who has paused a zone cannot be told here, so a paused one counts neither as stopped nor
 * as running.
 */
export async function accountsOf(ctx: Ctx, server: ServerConfig): Promise<readonly RemoteAccount[]> {
  const remote = new Remote(ctx, server);
  const accounts = await eachOf(await remote.zones.all(), async (zone): Promise<readonly RemoteAccount[]> => {
    const { id, name, account, paused } = zone;
    const isOurs = isCustomersAccount(ctx.owner, account.name);
    const { owners, addOns } = isOurs ? await allMarksIn(remote.zones, id, name) : { owners: [], addOns: [] };
    const [only] = owners;
    const itself: RemoteAccount = {
      remoteId: id,
      name,
      state: paused ? 'changing' : 'running',
      ...(owners.length === 1 && only ? { owner: only } : {}),
    };
    return addOns.length === 0 ? [itself] : [itself, ...addOnAccounts(zone, addOns, await remote.subscriptions.live(account.id))];
  });
  return accounts.flat();
}

/**
 * Bytes Cloudflare served since the first of the month, in UTC, for zones of this installation's customers that are active. With a new
 * month it starts anew; what was served after the last look of a month is not counted.
 */
export async function usageOf(ctx: Ctx, server: ServerConfig): Promise<readonly Usage[]> {
  const remote = new Remote(ctx, server);
  const zones = (await remote.zones.all()).filter((zone) => zone.status === 'active' && isCustomersAccount(ctx.owner, zone.account.name));
  const today = ctx.now().slice(0, 10);
  const first = `${today.slice(0, 8)}01`;
  return eachOf(turn(zones, Date.parse(ctx.now())), async ({ id }) => ({
    remoteId: id,
    trafficBytes: await trafficBytes(remote.transport, id, first, today),
    trafficSince: today.slice(0, 7),
  }));
}

/** The part of them whose turn it is in that hour. */
export function turn(zones: readonly Zone[], now: number): readonly Zone[] {
  const parts = Math.ceil(zones.length / countedAtOnce);
  if (parts <= 1) return zones;
  const part = Math.floor(now / 3_600_000) % parts;
  return [...zones].sort((one, other) => one.id.localeCompare(other.id)).filter((_zone, index) => index % parts === part);
}

async function eachOf<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(act))));
  }
  return results;
}
