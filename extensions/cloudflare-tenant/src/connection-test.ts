import { isPanelError, PanelError, type ConnectionTest, type Ctx } from '@hostwright/sdk';
import { emailsOfTenant, readTenant, tagsOfTenants, tokenState, type Tenant } from './client/index.js';
import type { ServerConfig } from './config.js';
import { Remote } from './remote.js';

/** What an order needs to be allowed, in the words of a zone's `permissions`. */
const needed = ['#zone:edit', '#dns_records:edit'];
/** From when on a token's end is told of. */
const soonMs = 14 * 24 * 60 * 60_000;

/** Tries what an order will need, as far as that changes nothing. Throws the first thing to mend. */
export async function testConnection(ctx: Ctx, server: ServerConfig): Promise<ConnectionTest> {
  const remote = new Remote(ctx, server);
  const warnings: string[] = [];
  const tags = await ofField('globalKey', 'Global API key', () => tagsOfTenants(remote.transport));
  if (!tags.includes(server.tenantTag)) {
    const known = tags.length === 0 ? 'none' : tags.join(', ');
    throw new PanelError('invalid_config', `Tenant: the user administers ${known}, not ${server.tenantTag}`, { field: 'tenantTag' });
  }
  const tenant = await readTenant(remote.transport);
  if (tenant.status.toLowerCase() !== 'active') warnings.push(`the tenant ${tenant.name} is ${tenant.status}`);
  requireUnit(tenant, server.unitTag);
  if (!(await emailsOfTenant(remote.transport)).includes(server.email.toLowerCase()))
    warnings.push(`${server.email} is not listed among the members of the tenant`);

  if (server.apiToken === undefined)
    warnings.push('there is no API token, so the global key is used for everything within the accounts too');
  else warnings.push(...(await tokenWarnings(ctx, remote)));
  await requirePermissions(remote);
  await requireReach(remote);
  return { version: `Cloudflare API v4, tenant ${tenant.name}`, warnings };
}

function requireUnit({ units }: Tenant, unitTag: string | undefined): void {
  const known = units.map(({ tag, name }) => `${tag} (${name})`).join(', ');
  if (unitTag === undefined) {
    if (units.length > 1)
      throw new PanelError('invalid_config', `Unit: the tenant has several, and one has to be chosen: ${known}`, { field: 'unitTag' });
  } else if (!units.some(({ tag }) => tag === unitTag)) {
    throw new PanelError('invalid_config', `Unit: the tenant has no unit ${unitTag}, only ${known}`, { field: 'unitTag' });
  }
}

/** Throws `invalid_config` for a token that cannot be used. */
async function tokenWarnings(ctx: Ctx, remote: Remote): Promise<readonly string[]> {
  const hint = 'it must be a token of the user, since one of an account does not reach the others';
  const { status, expiresOn } = await ofField('apiToken', `API token (${hint})`, () => tokenState(remote.transport));
  if (status !== 'active') throw new PanelError('invalid_config', `API token: it is ${status}`, { field: 'apiToken' });
  const warnings: string[] = [];
  if (expiresOn !== undefined && Date.parse(expiresOn) - Date.parse(ctx.now()) < soonMs)
    warnings.push(`the API token expires on ${expiresOn}`);
  const tenant = await remote.accounts.idsOfTenant();
  const foreign = (await remote.accounts.reached()).filter(({ id }) => !tenant.has(id)).map(({ name }) => name);
  if (foreign.length > 0) {
    const more = foreign.length > 3 ? ` and ${foreign.length - 3} more` : '';
    warnings.push(`the API token also reaches accounts that are not the tenant’s: ${foreign.slice(0, 3).join(', ')}${more}`);
  }
  return warnings;
}

/** Where a zone tells what may be done with it. */
async function requirePermissions(remote: Remote): Promise<void> {
  const tenant = await remote.accounts.idsOfTenant();
  const zone = (await remote.zones.all()).find(({ account, permissions }) => tenant.has(account.id) && permissions !== undefined);
  const missing = needed.filter((permission) => zone?.permissions?.includes(permission) === false);
  if (missing.length > 0) {
    const field = remote.transport.server.apiToken === undefined ? 'globalKey' : 'apiToken';
    throw new PanelError('invalid_config', `the credentials lack ${missing.join(' and ')} in the accounts of the tenant`, { field });
  }
}

/** What a zone does not tell of is read in one of the tenant's accounts, where there is one. */
async function requireReach({ accounts, members, subscriptions, transport }: Remote): Promise<void> {
  const [accountId] = await accounts.idsOfTenant();
  if (accountId === undefined) return;
  const field = transport.server.apiToken === undefined ? 'globalKey' : 'apiToken';
  const lacks = (permission: string): string => `the credentials lack the permission ${permission}: Edit in the accounts of the tenant`;
  await ofField(field, lacks('Billing'), () => subscriptions.live(accountId));
  await ofField(field, lacks('Account Settings'), () => members.find(accountId, transport.server.email));
}

/** Names the field that is at fault when the credentials are not accepted. */
async function ofField<Answer>(field: string, label: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!isPanelError(error) || error.code !== 'invalid_config') throw error;
    throw new PanelError('invalid_config', `${label}: ${error.message}`, { field, cause: error });
  }
}
