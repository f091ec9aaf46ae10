import type { Ctx } from '@hostwright/sdk';
import { Accounts } from './accounts.js';
import { WhmClient } from './client.js';
import type { AccountProperties, ServerConfig } from './config.js';

export interface SignOnArguments {
  readonly ctx: Ctx;
  readonly server: ServerConfig;
  readonly properties: AccountProperties;
}

/** A session made at the click: it serves once, and ends after some minutes. The address is on the server's own name and stays so. */
export async function singleSignOn({ ctx, server, properties: made }: SignOnArguments): Promise<{ url: string; expiresAt: string }> {
  await new Accounts(ctx, server).get(made);
  const service = made.account === 'reseller' ? 'whostmgrd' : 'cpaneld';
  const { url, expires } = await new WhmClient(ctx, server).createSession(made.username, service);
  return { url, expiresAt: new Date(expires * 1000).toISOString() };
}
