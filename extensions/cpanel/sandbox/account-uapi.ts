import { X509Certificate } from 'node:crypto';
import type { Json } from '@hostwright/sdk';
import { No } from './envelope.js';
import { requireStrength, type Account, type CpanelHost } from './host.js';
import { missingIn, uapiParameters } from './parameters.js';

type Given = Readonly<Record<string, string>>;
type UapiFunction = (host: CpanelHost, account: Account, given: Given) => Json | undefined;

/** The UAPI functions that the contract has and the panel uses. */
const functions: Readonly<Record<string, UapiFunction>> = {
  'Email/list_pops': (_host, account, given) => [
    ...(given['skip_main'] === '1' ? [] : [{ email: account.user, login: 'Main Account', suspended_incoming: 0, suspended_login: 0 }]),
    ...[...account.mailboxes.keys()].map((email) => ({ email, login: email, suspended_incoming: 0, suspended_login: 0 })),
  ],
  'Email/add_pop': (_host, account, given) => {
    const [local = '', at] = (given['email'] ?? '').split('@');
    const domain = at ?? given['domain'] ?? account.domain;
    const address = `${local}@${domain}`;
    if (domain !== account.domain) throw new No(`You do not own the domain “${domain}”.`);
    if (account.mailboxes.has(address)) throw new No(`The account “${address}” already exists!`);
    requireStrength(given['password'] ?? '');
    account.mailboxes.set(address, { password: given['password'] ?? '', quotaMib: Number(given['quota'] ?? 0) });
    return `${local}+${domain}`;
  },
  'Mysql/get_restrictions': (host, account) => ({
    prefix: host.databaseRules.prefixLength === 0 ? null : prefixOf(host, account),
    max_database_name_length: host.databaseRules.maxDatabaseLength,
    max_username_length: host.databaseRules.maxUserLength,
  }),
  'Mysql/list_databases': (_host, account) =>
    [...account.databases.values()].map(({ name, users }) => ({ database: name, disk_usage: 0, users: [...users] })),
  'Mysql/list_users': (host, account) =>
    [...account.databaseUsers.keys()].map((user) => ({
      user,
      shortuser: user.slice(prefixOf(host, account).length),
      databases: [...account.databases.values()].filter(({ users }) => users.has(user)).map(({ name }) => name),
    })),
  'Mysql/create_database': (host, account, given) => {
    const name = requirePrefix(host, account, given['name'] ?? '', host.databaseRules.maxDatabaseLength);
    if (everyAccount(host).some(({ databases }) => databases.has(name))) throw new No(`The database “${name}” already exists.`);
    account.databases.set(name, { name, users: new Set() });
    return undefined;
  },
  'Mysql/create_user': (host, account, given) => {
    const name = requirePrefix(host, account, given['name'] ?? '', host.databaseRules.maxUserLength);
    if (everyAccount(host).some(({ databaseUsers }) => databaseUsers.has(name))) throw new No(`The user “${name}” already exists.`);
    requireStrength(given['password'] ?? '');
    account.databaseUsers.set(name, given['password'] ?? '');
    return undefined;
  },
  'Mysql/set_privileges_on_database': (_host, account, given) => {
    const { user = '', database = '' } = given;
    const found = account.databases.get(database);
    if (found === undefined) throw new No(`The database “${database}” does not exist.`);
    if (!account.databaseUsers.has(user)) throw new No(`The user “${user}” does not exist.`);
    if (given['privileges'] !== 'ALL PRIVILEGES') throw new No('The privileges are not valid.');
    found.users.add(user);
    return undefined;
  },
  'SSL/installed_host': (_host, account) => ({ host: account.domain, certificate: certificateOf(account) }),
  'SSL/install_ssl': (_host, account, given) => {
    if (given['domain'] !== account.domain) throw new No(`You do not own the domain “${given['domain']}”.`);
    if (!/^-----BEGIN CERTIFICATE-----/.test(given['cert'] ?? '')) throw new No('The certificate is not valid.');
    if (!/^-----BEGIN (?:RSA |EC )?PRIVATE KEY-----/.test(given['key'] ?? '')) throw new No('The key is not valid.');
    account.certificate = 'installed';
    account.installed = { certificate: given['cert'] ?? '', key: given['key'] ?? '', chain: given['cabundle'] ?? '' };
    const message = `The SSL certificate is now installed onto the domain “${account.domain}”.`;
    return { action: 'install', domain: account.domain, ip: '192.0.2.10', message, html: message, user: account.user };
  },
  'SSL/delete_ssl': (_host, account, given) => {
    if (given['domain'] !== account.domain) throw new No(`You do not own the domain “${given['domain']}”.`);
    account.certificate = 'self-signed';
    account.installed = undefined;
    return undefined;
  },
  'SSL/start_autossl_check': (host, account) => {
    host.startAutoSsl(account);
    return undefined;
  },
  'SSL/is_autossl_check_in_progress': (_host, account) => (account.autoSslRunning ? 1 : 0),
  'SSL/get_autossl_problems': (_host, account) =>
    account.autoSslProblem === undefined
      ? []
      : [{ domain: account.domain, problem: account.autoSslProblem, time: '2026-11-25 09:00:00+00:00' }],
};

/** `Module/function` for one account. Throws a `No` in UAPI's words. */
export function callUapi(host: CpanelHost, account: Account, name: string, given: Given): Json | undefined {
  const call = functions[name];
  if (call === undefined) throw new No(`Failed to load module “${name.split('/')[0]}”.`);
  if (account.suspended) throw new No('This account is suspended.');
  const feature = featureOf(name);
  if (host.featuresOff.has(feature)) throw new No(`You do not have the feature “${feature}”.`);
  const missing = missingIn(uapiParameters[name] ?? { required: [] }, given);
  if (missing !== undefined) throw new No(`Provide the “${missing}” argument.`);
  return call(host, account, given);
}

function featureOf(name: string): string {
  if (name.startsWith('Email/')) return 'popaccts';
  if (name.startsWith('Mysql/')) return 'mysql';
  return name.includes('autossl') ? 'autossl' : 'sslinstall';
}

/** What the domain is served with, as `SSL/installed_host` has it. */
function certificateOf({ domain, certificate, installed, madeAt }: Account): Json {
  const readable = installed === undefined ? undefined : readCertificate(installed.certificate);
  const made = { domains: [domain, `www.${domain}`], not_before: madeAt, not_after: madeAt + 365 * 86_400 };
  return { ...made, ...readable, is_self_signed: certificate === 'self-signed' ? 1 : 0 };
}

function readCertificate(pem: string): Readonly<Record<string, Json>> | undefined {
  try {
    const { subjectAltName = '', validFrom, validTo, publicKey } = new X509Certificate(pem);
    const { n } = publicKey.export({ format: 'jwk' });
    return {
      domains: [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name),
      not_before: Date.parse(validFrom) / 1000,
      not_after: Date.parse(validTo) / 1000,
      ...(n === undefined ? {} : { modulus: Buffer.from(n, 'base64url').toString('hex') }),
    };
  } catch {
    // The few bytes that stand for a certificate in most tests.
    return undefined;
  }
}

/** One MySQL serves all accounts. */
function everyAccount(host: CpanelHost): readonly Account[] {
  return [...host.accounts.values()];
}

/** The first characters of the user name, eight of them as a rule: two accounts that begin alike share one. Empty: there is none. */
function prefixOf({ databaseRules: { prefixLength } }: CpanelHost, { user }: Account): string {
  return prefixLength === 0 ? '' : `${user.slice(0, prefixLength)}_`;
}

function requirePrefix(host: CpanelHost, account: Account, name: string, longest: number): string {
  const prefix = prefixOf(host, account);
  if (!name.startsWith(prefix)) throw new No(`The name “${name}” does not begin with the required prefix “${prefix}”.`);
  if (name.length > longest) throw new No(`The name “${name}” is too long: ${longest} characters at most.`);
  return name;
}
