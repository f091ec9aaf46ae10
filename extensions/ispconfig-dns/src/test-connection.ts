import { isPanelError, PanelError, type ConnectionTest, type Ctx } from '@hostwright/sdk';
import { IspConfigClient } from './client.js';
import { nameServersOf, type ServerConfig } from './config.js';
import { recordTypes } from './record-rules.js';

/** A name that is in no DNS (RFC 6761), so that only the right to look is tried. */
const noZone = 'connection-test.invalid';

/** Logs in, and calls one method of every group of functions that the module needs: a log-in alone proves none of them. */
export async function testConnection({ ctx, server }: { readonly ctx: Ctx; readonly server: ServerConfig }): Promise<ConnectionTest> {
  const nameServers = nameServersOf(server);
  const isp = new IspConfigClient(ctx, server);
  await isp.logInAnew();
  const servers = await isp.listServers();
  const named = servers.find(({ id }) => id === server.serverId);
  if (named === undefined) {
    const known = servers
      .map(({ id, name }) => `${id} (${name})`)
      .slice(0, 20)
      .join(', ');
    throw new PanelError('invalid_config', `ISPConfig has no server ${server.serverId}; it has ${known || 'none'}`);
  }
  await isp.findZone(noZone);
  for (const type of recordTypes) await isp.proveRecordRights(type);
  await isp.countPendingJobs();
  const warnings: string[] = [];
  for (const name of nameServers) {
    if ((await addressesOf(ctx, name)).length === 0) warnings.push(`the name server ${name} has no address in the DNS`);
  }
  const { protocol, hostname } = new URL(server.panelUrl);
  const isNear = hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
  if (protocol === 'http:' && !isNear) warnings.push('the password travels without encryption: use https');
  return { version: `ISPConfig remote API, DNS server ${named.name}`, warnings };
}

async function addressesOf(ctx: Ctx, name: string): Promise<readonly string[]> {
  try {
    const [v4, v6] = await Promise.all([ctx.resolve(name, 'A'), ctx.resolve(name, 'AAAA')]);
    return [...v4, ...v6];
  } catch (error) {
    if (isPanelError(error) && error.code === 'unavailable') return [];
    throw error;
  }
}
