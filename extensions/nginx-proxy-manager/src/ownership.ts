import { PanelError, type ProxyHostInput, type ProxyHostKey } from '@hostwright/sdk';
import type { RemoteCertificate, RemoteHost } from './answers.js';

/*
 * How we tell what is ours.
 *
 * A host: by the line `# hw-owner: <mark>` in its advanced configuration, which is nginx text where a comment changes nothing. Its `meta`
 * would take any key as well, but the administration pages up to 2.12 replace `meta` whole at every save; the advanced configuration
 * they show, keep and send back.
 *
 * A certificate: the API has no place for a mark (its name is overwritten with the domains, its `meta` takes known keys only). But a
 * domain belongs to one host at a time, and we make the host first. So a Let's Encrypt certificate for exactly the names of our host,
 * asked for by the same account, no earlier than our host was made, was made for that host.
 */

const label = '# hw-owner: ';

/** What tells a host's certificates: taken from our host, so that it stays known when the host is gone. */
export type CertificateClaim = {
  readonly domain: string;
  /** The host's further names, where it has any. */
  readonly aliases?: readonly string[];
  readonly ownerUserId: number;
  /** When our host was made, ISO 8601. */
  readonly notBefore: string;
};

/** A certificate request that is older and still has nothing will never have: the server gives certbot 15 minutes. */
const longestIssueMs = 30 * 60_000;
const dayMs = 24 * 60 * 60_000;

/** The advanced configuration of a host of ours. */
export function markedConfig(owner: string): string {
  // It becomes part of an nginx configuration, so it is checked even though the host made it.
  if (!/^[a-z0-9-]{1,60}$/.test(owner)) throw new PanelError('invalid_input', 'the owner mark has characters it must not have');
  return `${label}${owner}\n`;
}

/** The mark a host bears. Undefined without one, and with several. */
export function ownerOf(host: Pick<RemoteHost, 'advancedConfig'>): string | undefined {
  const marks = host.advancedConfig
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line.startsWith(label));
  return marks.length === 1 ? marks[0]?.slice(label.length) : undefined;
}

/** The names that a host of ours may answer to. */
export type HostNames = Pick<ProxyHostKey, 'domain' | 'aliases'>;

export function isOurHost(host: RemoteHost, owner: string, { domain, aliases = [] }: HostNames): boolean {
  const isKnown = (name: string) => name === domain || aliases.includes(name);
  return ownerOf(host) === owner && host.domains.includes(domain) && host.domains.every(isKnown);
}

/** Our host as the journal keeps it: also what tells its certificates when it is gone. */
export type HostHandle = {
  readonly hostId: number;
  readonly ownerUserId: number;
  readonly createdAt: string;
  /** The names it answers to beside its domain, where it has any. */
  readonly aliases?: readonly string[];
};

export function handleOf(host: RemoteHost, domain: string): HostHandle {
  return { hostId: host.id, ownerUserId: host.ownerUserId, createdAt: host.createdAt, ...aliasesOf(host, domain) };
}

export function aliasesOf({ domains }: Pick<RemoteHost, 'domains'>, domain: string): Pick<HostNames, 'aliases'> {
  const aliases = domains.filter((name) => name !== domain);
  return aliases.length === 0 ? {} : { aliases };
}

export function claimOf({ ownerUserId, createdAt, aliases }: HostHandle, domain: string): CertificateClaim {
  return { domain, ...(aliases === undefined ? {} : { aliases }), ownerUserId, notBefore: createdAt };
}

export function isOurCertificate(certificate: RemoteCertificate, claim: CertificateClaim): boolean {
  const names = [claim.domain, ...(claim.aliases ?? [])];
  return (
    certificate.provider === 'letsencrypt' &&
    certificate.domains.length === names.length &&
    names.every((name) => certificate.domains.includes(name)) &&
    certificate.ownerUserId === claim.ownerUserId &&
    certificate.createdAt >= claim.notBefore
  );
}

/**
 * - `issued`: it can be used
 * - `under way`: the row exists from the moment certbot starts, with an end that is its beginning
 * - `dead`: certbot never came back, as when the server was restarted; the row stays for ever
 */
export function stateOf(certificate: RemoteCertificate, now: string): 'issued' | 'under way' | 'dead' {
  const made = Date.parse(certificate.createdAt);
  // A real one lives for days; the margin covers both times being written in different zones.
  if (Date.parse(certificate.expiresAt) - made > dayMs) return 'issued';
  return Date.parse(now) - made < longestIssueMs ? 'under way' : 'dead';
}

const hostname = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Throws `invalid_input` with the field at fault. */
export function checkKey(key: ProxyHostKey): ProxyHostKey {
  const domain = checkName(key.domain, 'domain');
  const aliases = [...new Set((key.aliases ?? []).map((name) => checkName(name, 'aliases')))].filter((name) => name !== domain);
  if (!/^[A-Za-z0-9._:[\]-]{1,255}$/.test(key.forwardHost))
    throw wrong('forwardHost', 'the forward host must be an address or a host name');
  return { domain, ...(aliases.length === 0 ? {} : { aliases }), forwardHost: key.forwardHost };
}

function checkName(given: string, field: string): string {
  const name = given.toLowerCase();
  if (!hostname.test(name)) throw wrong(field, `"${given.slice(0, 100)}" is not a fully qualified domain`);
  return name;
}

/** Throws `invalid_input` with the field at fault. */
export function checkHost(input: ProxyHostInput): ProxyHostInput {
  const { aliases: _given, ...rest } = input;
  const key = checkKey(input);
  if (!Number.isInteger(input.forwardPort) || input.forwardPort < 1 || input.forwardPort > 65_535) {
    throw wrong('forwardPort', 'the forward port must be from 1 to 65535');
  }
  if (input.forwardScheme !== 'http' && input.forwardScheme !== 'https') throw wrong('forwardScheme', 'http or https');
  if (input.certificate !== 'none' && input.certificate !== 'letsencrypt') throw wrong('certificate', 'none or letsencrypt');
  return { ...rest, ...key };
}

function wrong(field: string, message: string): PanelError {
  return new PanelError('invalid_input', message, { field });
}
