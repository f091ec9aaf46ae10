import { PanelError, type ConnectionTest, type TestArguments } from '@hostwright/sdk';
import { NginxProxyManagerClient } from './client.js';
import type { server } from './config.js';

/** Version, log-in and permissions. Throws `invalid_config` or `unsupported` with what to mend. */
export async function testConnection({ ctx, server: settings }: TestArguments<typeof server>): Promise<ConnectionTest> {
  const npm = new NginxProxyManagerClient(ctx, settings);
  const { major, minor, revision } = await npm.version();
  const version = `Nginx Proxy Manager ${major}.${minor}.${revision}`;
  if (major !== 2 || minor < 11) throw new PanelError('unsupported', `${version} is not supported: 2.11 or newer of version 2 is`);
  const user = await npm.me();
  if (user.isDisabled) throw new PanelError('invalid_config', `the account ${settings.identity} is disabled`);
  if (!user.isAdmin) {
    // An account without the right to manage sees a list and fails at the first order.
    if (user.mayProxyHosts !== undefined && user.mayProxyHosts !== 'manage') {
      throw new PanelError('invalid_config', `the account ${settings.identity} may not manage proxy hosts`);
    }
    if (user.mayCertificates !== undefined && user.mayCertificates !== 'manage') {
      throw new PanelError('invalid_config', `the account ${settings.identity} may not manage certificates`);
    }
  }
  await npm.listHosts({ holding: 'connection-test.invalid' });
  const { protocol, hostname } = new URL(settings.baseUrl);
  const near = hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
  const warnings =
    protocol === 'http:' && !near
      ? ['the password travels without encryption: put https in front of port 81, or a private network between']
      : [];
  return { version, warnings };
}
