import { PanelError, type ConnectionTest, type Ctx } from '@hostwright/sdk';
import { PressableClient } from './client.js';
import { listed, type ServerConfig } from './config.js';
import { isForbidden, isNoSuchCall } from './refusal.js';

/** A name that may be asked about by anybody and is never made. */
const nameToAskFor = 'hostwright-connection-test';

/** Tries what an order will need, and changes nothing. Throws the first thing to mend. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<ConnectionTest> {
  const client = new PressableClient(ctx, server);
  client.forgive();
  requireAddresses(server);
  await client.probe();
  const warnings: string[] = [];
  await requireFilter(client, ctx.owner);

  /** What one call says, or a warning that it is closed to this application. */
  const ask = async <Result>(what: string, call: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await call();
    } catch (error) {
      if (isNoSuchCall(error)) return undefined;
      if (!isForbidden(error)) throw error;
      warnings.push(`the API application may not ${what}`);
      return undefined;
    }
  };
  const account = await ask('read the account', () => client.account());
  if (account?.sitesLeft !== undefined && account.sitesLeft <= 0) warnings.push('the account has no room for another live site');
  const datacenters = await ask('list datacenters', () => client.datacenters());
  const phpVersions = await ask('list PHP versions', () => client.phpVersions());
  const installOptions = await ask('list what can be installed', () => client.installOptions());
  // The one call of an order that makes nothing. An application that may only read is refused here.
  const mayAsk = await ask('create sites: give it full access, or nothing can be sold', async () => {
    await client.refusalOfName(nameToAskFor);
    return true;
  });
  if (mayAsk === undefined && warnings.length === 0) warnings.push('Pressable does not say whether a name is free');
  const can = [
    ...(datacenters === undefined ? [] : [`datacenters ${datacenters.map(({ value }) => value).join(' ')}`]),
    ...(phpVersions === undefined ? [] : [`PHP ${phpVersions.join(' ')}`]),
    ...(installOptions === undefined ? [] : [`installs ${installOptions.join(' ')}`]),
  ];
  return {
    version: ['Pressable API v1', ...(account === undefined ? [] : [`of ${account.email}`]), ...can].join(', ').slice(0, 300),
    warnings,
  };
}

/** The tag is what tells our sites from those of others, so a list that does not heed it must never be believed. */
async function requireFilter(client: PressableClient, owner: string): Promise<void> {
  const found = await client.sites(`${owner}-nobody`);
  // What tells its tags is told apart by them, whatever the list holds.
  if (found.some((site) => site.tags === undefined)) throw new PanelError('unsupported', 'Pressable does not filter sites by tag');
}

function requireAddresses({ siteAddresses }: Pick<ServerConfig, 'siteAddresses'>): void {
  const wrong = listed(siteAddresses).find((one) => !isAddress(one));
  if (wrong === undefined) return;
  throw new PanelError('invalid_config', `Addresses of the sites: ${wrong} is no IPv4 or IPv6 address`, { field: 'siteAddresses' });
}

function isAddress(text: string): boolean {
  const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
  return v4.test(text) || (text.includes(':') && URL.canParse(`http://[${text}]/`));
}
