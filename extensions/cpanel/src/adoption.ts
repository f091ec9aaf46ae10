import { PanelError, type AdoptArguments, type Adoption } from '@hostwright/sdk';
import { WhmClient } from './client.js';
import type { order, product, properties, server } from './config.js';
import { markIn } from './ownership.js';

/** An account that nobody's service is, as a service of the product. What it has of mailboxes and databases stays its owner's business. */
export async function adopt({
  ctx,
  server: at,
  product: sold,
  remoteId,
}: AdoptArguments<typeof server, typeof product>): Promise<Adoption<typeof order, typeof properties>> {
  const account = await new WhmClient(ctx, at).findAccount(remoteId);
  if (account === undefined) throw new PanelError('not_found', `there is no account ${remoteId} on ${at.host}`);
  const kind = account.owner === account.user ? 'reseller' : 'hosting';
  if (kind !== sold.account) {
    throw new PanelError('conflict', `${remoteId} is an account of kind ${kind}, and the product is one of kind ${sold.account}`);
  }
  if (account.domain === '') throw new PanelError('conflict', `${remoteId} has no domain, as a reseller may; a service has one`);
  const { user: username, domain, ip: address, madeAt, email, suspended } = account;
  if (madeAt === undefined) throw new PanelError('unsupported', `WHM does not tell when ${remoteId} was made, by which it is known again`);
  const owner = markIn(email);
  const isCustomers = owner === undefined && /^[^\s@,;]+@[^\s@,;]+$/.test(email);
  return {
    properties: {
      username,
      domain,
      address,
      madeAt,
      account: kind,
      dns: 'cpanel',
      ...(at.nameServers === undefined ? {} : { nameServers: at.nameServers }),
    },
    order: { domain, ...(isCustomers ? { email } : {}) },
    state: suspended ? 'suspended' : 'active',
    proof: { username, madeAt },
    ...(owner === undefined ? {} : { owner }),
  };
}
