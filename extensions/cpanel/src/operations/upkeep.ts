import { operation, type Operation, type ServiceDates } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { WhmClient } from '../client.js';
import type { AccountProperties } from '../config.js';
import type { Later } from './shapes.js';

/** As often as AutoSSL tries. */
const dayMs = 86_400_000;

/** A certificate that was not there at delivery is looked for again, until it is. */
export function certificateDates({ properties }: { readonly properties: AccountProperties }): ServiceDates {
  const { certificate, certificateSeenAt, madeAt } = properties;
  const seenAt = certificateSeenAt ?? (madeAt === undefined ? undefined : madeAt * 1000);
  if (certificate !== 'waiting' || seenAt === undefined) return {};
  return { upkeepAt: new Date(new Date(seenAt).getTime() + dayMs).toISOString() };
}

export const upkeep: Operation<Later> = operation({
  steps: ['look for certificate'],
  async run({ ctx, server, properties: made, step }) {
    return step('look for certificate', {
      run: async (): Promise<Partial<AccountProperties>> => {
        const account = await new Accounts(ctx, server).find(made);
        const isThere = account !== undefined && (await new WhmClient(ctx, server).hasCertificate(made.username, made.domain));
        return isThere ? { certificate: 'issued' } : { certificateSeenAt: ctx.now() };
      },
    });
  },
});
