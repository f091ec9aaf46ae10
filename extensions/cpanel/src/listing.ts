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
      name: domain,
      state: suspended ? 'stopped' : 'running',
      package: plan,
      ...(owner === undefined ? {} : { owner }),
      ...(madeAt === undefined ? {} : { proof: { username: user, madeAt } }),
    };
  });
}

/** Disk now, and traffic of this calendar month, of every account. WHM tells disk in MiB and traffic in bytes. */
export async function usage({ ctx, server: at }: TestArguments<typeof server>): Promise<readonly Usage[]> {
  const whm = new WhmClient(ctx, at);
  const { year, month } = monthOf(ctx);
  const [accounts, traffic] = [await whm.listAccounts(), await whm.bandwidth(year, month)];
  return accounts.map(({ user, email, diskUsedBytes }): Usage => {
    const owner = markIn(email);
    const trafficBytes = traffic.get(user);
    return {
      remoteId: user,
      ...(owner === undefined ? {} : { owner }),
      ...(diskUsedBytes === undefined ? {} : { diskBytes: diskUsedBytes }),
      ...(trafficBytes === undefined ? {} : { trafficBytes, trafficSince: `${year}-${String(month).padStart(2, '0')}` }),
    };
  });
}

function monthOf(ctx: Pick<Ctx, 'now'>): { readonly year: number; readonly month: number } {
  const now = new Date(ctx.now());
  return { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 };
}
