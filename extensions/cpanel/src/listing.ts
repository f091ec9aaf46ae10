import type { Ctx, RemoteAccount, TestArguments, Usage } from '@hostwright/sdk';
import { WhmClient } from './client.js';
import type { server } from './config.js';
import { markIn } from './ownership.js';

/** Every account on the server that the token sees. What was suspended is `stopped`. */
export async function listAccounts({ ctx, server: at }: TestArguments<typeof server>): Promise<readonly RemoteAccount[]> {
  return (await new WhmClient(ctx, at).listAccounts()).map(({ user, domain, plan, email, suspended, madeAt }): RemoteAccount => {
    const owner = markIn(email);
    return {
      remoteId: user,
      name: domain === '' ? user : domain,
      state: suspended ? 'stopped' : 'running',
      ...(plan === '' ? {} : { package: plan }),
      ...(owner === undefined ? {} : { owner }),
      ...(madeAt === undefined ? {} : { proof: { username: user, madeAt } }),
    };
  });
}

/**
 * Disk now, and traffic of this calendar month, of every account; of a reseller, who is his own owner, that of all his accounts together.
 * WHM tells disk in MiB and traffic in bytes.
 */
export async function usage({ ctx, server: at }: TestArguments<typeof server>): Promise<readonly Usage[]> {
  const whm = new WhmClient(ctx, at);
  const { year, month } = monthOf(ctx);
  const [accounts, traffic] = [await whm.listAccounts(), await whm.bandwidth(year, month)];
  const ofUser = {
    disk: sums(accounts.map(({ user, diskUsedBytes }) => [user, diskUsedBytes])),
    traffic: sums(traffic.filter(({ removed }) => !removed).map(({ user, bytes }) => [user, bytes])),
  };
  // What his accounts used before they were removed stays his: a counter that falls would be taken for one that began anew.
  const ofReseller = {
    disk: sums(accounts.map(({ owner, diskUsedBytes }) => [owner, diskUsedBytes])),
    traffic: sums(traffic.filter(({ user, owner, removed }) => !removed || user !== owner).map(({ owner, bytes }) => [owner, bytes])),
  };
  return accounts.map(({ user, email, owner: belongsTo }): Usage => {
    const used = belongsTo === user ? ofReseller : ofUser;
    const owner = markIn(email);
    const [diskBytes, trafficBytes] = [used.disk.get(user), used.traffic.get(user)];
    return {
      remoteId: user,
      ...(owner === undefined ? {} : { owner }),
      ...(diskBytes === undefined ? {} : { diskBytes }),
      ...(trafficBytes === undefined ? {} : { trafficBytes, trafficSince: `${year}-${String(month).padStart(2, '0')}` }),
    };
  });
}

/** Bytes by name. A name of which nothing is told is not among them. */
function sums(told: readonly (readonly [string, number | undefined])[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [name, bytes] of told) if (bytes !== undefined) found.set(name, (found.get(name) ?? 0) + bytes);
  return found;
}

function monthOf(ctx: Pick<Ctx, 'now'>): { readonly year: number; readonly month: number } {
  const now = new Date(ctx.now());
  return { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
}
