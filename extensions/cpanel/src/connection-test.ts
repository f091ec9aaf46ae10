import { PanelError, type ConnectionTest, type TestArguments } from '@hostwright/sdk';
import { WhmClient } from './client.js';
import type { server, ServerConfig } from './config.js';

/** The oldest whose calls are all as they are used here. */
const oldestMajor = 98;

/** What a reseller's token must be allowed, by the name WHM has in "Edit Reseller Nameservers and Privileges". */
const needed: Readonly<Record<string, string>> = {
  'list-accts': 'List Accounts',
  'acct-summary': 'View Account Summary',
  'create-acct': 'Create Accounts',
  'kill-acct': 'Terminate Accounts',
  'suspend-acct': 'Suspend/Unsuspend Accounts',
  'upgrade-account': 'Upgrade/Downgrade Accounts',
  passwd: 'Change Passwords',
  'show-bandwidth': 'View Account Bandwidth Usage',
  'list-pkgs': 'List Packages',
  'cpanel-api': 'Manage Customer Accounts (cPanel API)',
  'create-user-session': 'Create User Sessions',
};

const pemKey = /-----BEGIN (RSA |EC )?PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END (RSA |EC )?PRIVATE KEY-----\s*$/;

/** Version, privileges and the list of accounts. Changes nothing. Throws `invalid_config` or `unsupported` with what to mend. */
export async function testConnection({ ctx, server: at }: TestArguments<typeof server>): Promise<ConnectionTest> {
  checkKey(at);
  const whm = new WhmClient(ctx, at);
  const version = await whm.version();
  // 11.136.0.5 is what the world calls 136.
  const [first, second] = version.split('.').map(Number);
  const major = first === 11 ? (second ?? 0) : (first ?? 0);
  if (major < oldestMajor) throw new PanelError('unsupported', `cPanel & WHM ${version} is older than ${oldestMajor}`);
  // A token for which nothing is granted can still ask for the version.
  const granted = await whm.privileges();
  const all = granted.has('all');
  const missing = Object.entries(needed).flatMap(([name, label]) => (all || granted.has(name) ? [] : [`${label} (${name})`]));
  if (missing.length > 0) throw new PanelError('invalid_config', `the API token lacks: ${missing.join(', ')}`, { field: 'token' });
  await whm.listUsers();
  const warnings = excessWarnings(granted);
  if (!all) warnings.push(...limitWarnings(at));
  return { version: `cPanel & WHM ${version}`, warnings };
}

/** The form holds the certificate to its shape; a secret has none, and whether the two are a pair WHM says when it installs them. */
function checkKey({ certificate, certificateKey: key }: ServerConfig): void {
  const wrong = (field: string, message: string) => new PanelError('invalid_config', message, { field });
  if (key === undefined) {
    if (certificate !== undefined) throw wrong('certificateKey', 'the certificate to install has no key');
    return;
  }
  if (certificate === undefined) throw wrong('certificate', 'there is a key, and no certificate to install with it');
  if (!pemKey.test(key))
    throw wrong('certificateKey', 'the key of the certificate to install is no private key in PEM, or has a passphrase');
}

/** What cannot be done by whoever may not do everything. */
function limitWarnings({ user, lockSuspensions }: ServerConfig): string[] {
  const who =
    user === 'root'
      ? 'the API token is limited: reseller products and taking over leftover zones need one that may do everything, and it sees only what root owns'
      : `${user} is a reseller here: reseller products and taking over leftover zones need root, and he owns the accounts he makes`;
  return lockSuspensions ? [who, `suspensions are locked, and ${user === 'root' ? 'such a token' : 'a reseller'} cannot lift one`] : [who];
}

/** A privilege that is never used is one that whoever finds the token has. */
function excessWarnings(granted: ReadonlySet<string>): string[] {
  if (granted.has('all'))
    return ['the API token may do everything on the host: unless reseller products are sold, limit it to the privileges in the README'];
  const excess = [...granted].filter((name) => needed[name] === undefined);
  if (excess.length === 0) return [];
  const more = excess.length > 3 ? ` and ${excess.length - 3} more` : '';
  return [`the API token may do more than is ever asked of it: ${excess.slice(0, 3).join(', ')}${more}`];
}
