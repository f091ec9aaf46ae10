import { PanelError, type ConnectionTest, type TestArguments } from '@hostwright/sdk';
import { WhmClient } from './client.js';
import type { server } from './config.js';

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

/** Version, privileges and the list of accounts. Changes nothing. Throws `invalid_config` or `unsupported` with what to mend. */
export async function testConnection({ ctx, server: at }: TestArguments<typeof server>): Promise<ConnectionTest> {
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
  const warnings = all ? [] : [`${at.user} is a reseller here: reseller products need root, and he owns the accounts he makes`];
  if (!all && at.lockSuspensions) warnings.push('suspensions are locked, and a reseller cannot lift one');
  return { version: `cPanel & WHM ${version}`, warnings };
}
