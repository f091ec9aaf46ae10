import { X509Certificate } from 'node:crypto';
import { PanelError, type CertificateFiles, type Ctx } from '@hostwright/sdk';
import type { RemoteCertificate, RemoteHost } from './answers.js';
import { detach, findCertificate } from './certificates.js';
import type { NginxProxyManagerClient } from './client.js';
import { aliasesOf, claimOf, handleOf, ownerOf, type CertificateClaim } from './ownership.js';

/*
 * Certificates that were obtained elsewhere. Unlike one of Let's Encrypt's such a certificate keeps the name that it is given, so that bears
 * our mark and tells which one it is: `<mark> <first 32 digits of its SHA-256>`.
 */

type Context = Pick<Ctx, 'owner' | 'now' | 'log'>;

/** A host of ours, its names, and the certificate that it had. */
export type ServedHost = {
  readonly hostId: number;
  readonly domain: string;
  readonly aliases?: readonly string[];
  readonly before: number;
};

/** Throws `invalid_input` for what is no certificate. */
export function nameOf(owner: string, certificate: string): string {
  try {
    return `${owner} ${new X509Certificate(certificate).fingerprint256.replaceAll(':', '').slice(0, 32).toLowerCase()}`;
  } catch (error) {
    throw new PanelError('invalid_input', 'the certificate is none in PEM', { field: 'certificate', cause: error });
  }
}

export function isInstalled({ provider, name }: RemoteCertificate, owner: string): boolean {
  return provider === 'other' && new RegExp(`^${owner} [0-9a-f]{32}$`).test(name);
}

/** Our hosts that forward there and whose every name is among the names, wildcards included. */
export async function servedHosts(
  npm: NginxProxyManagerClient,
  ctx: Context,
  forwardHost: string,
  names: readonly string[],
): Promise<readonly ServedHost[]> {
  const covered = (domain: string): boolean => names.some((name) => name === domain || name === `*.${domain.replace(/^[^.]+\./, '')}`);
  return (await npm.listHosts()).flatMap((host) => {
    if (ownerOf(host) !== ctx.owner || host.forwardHost !== forwardHost || !host.domains.every(covered)) return [];
    const domain = mainNameOf(host);
    return domain === undefined ? [] : [{ hostId: host.id, domain, ...aliasesOf(host, domain), before: host.certificateId }];
  });
}

/** Throws `invalid_input` for a name that none of our hosts which forward there answers to; for a wildcard, the name below its star. */
export async function requireServed(
  npm: NginxProxyManagerClient,
  ctx: Context,
  forwardHost: string,
  names: readonly string[],
): Promise<void> {
  const hosts = (await npm.listHosts()).filter((host) => ownerOf(host) === ctx.owner && host.forwardHost === forwardHost);
  const served = new Set(hosts.flatMap(({ domains }) => domains));
  const other = names.find((name) => !served.has(name.replace(/^\*\./, '')));
  if (other === undefined) return;
  throw new PanelError('invalid_input', `the site does not serve ${other}, so a certificate for that name is not installed on it`, {
    field: 'names',
  });
}

/** One that was made and got no files is as good: it gets them again. */
export async function findInstalled(npm: NginxProxyManagerClient, name: string): Promise<RemoteCertificate | undefined> {
  return (await npm.listCertificates()).find((one) => one.provider === 'other' && one.name === name);
}

/** Attaches it to our host. */
export async function attach(npm: NginxProxyManagerClient, ctx: Context, hostId: number, certificateId: number): Promise<void> {
  const { http2, sslForced, certificateId: now } = await ours(npm, ctx, hostId);
  if (now === certificateId) return;
  // What needs a certificate is off without one.
  const first = now === 0 ? { ssl_forced: true, http2_support: true } : { ssl_forced: sslForced, http2_support: http2 };
  const changed = await npm.changeHost(hostId, { certificate_id: certificateId, ...first });
  if (changed.certificateId !== certificateId)
    throw new PanelError('unknown_outcome', `proxy host ${hostId} did not take certificate ${certificateId}`);
}

/**
 * Serves our host with what it had before that certificate, as far as that is there still, else with its own of Let's Encrypt's, else with none.
 * Another certificate there by now stays, and so does a host that is somebody else's.
 */
export async function putBack(
  npm: NginxProxyManagerClient,
  ctx: Context,
  hostId: number,
  certificateId: number,
  before = 0,
): Promise<void> {
  const host = await npm.findHost(hostId);
  if (host?.certificateId !== certificateId || ownerOf(host) !== ctx.owner) return;
  const earlier = before === 0 ? undefined : await npm.findCertificate(before);
  const own = earlier ? undefined : await findCertificate(npm, ctx, ownClaimOf(host));
  const instead = earlier?.id ?? (own?.state === 'done' ? own.output.certificateId : undefined);
  if (instead === undefined) await detach(npm, hostId);
  else await attach(npm, ctx, hostId, instead);
}

/** Deletes those that bear our mark and that are meant, but for those that a host still uses. */
export async function deleteInstalled(
  npm: NginxProxyManagerClient,
  ctx: Context,
  isMeant: (certificateId: number) => boolean = () => true,
): Promise<void> {
  const used = new Set((await npm.listHosts()).map(({ certificateId }) => certificateId));
  for (const one of await npm.listCertificates())
    if (isInstalled(one, ctx.owner) && isMeant(one.id) && !used.has(one.id)) await npm.deleteCertificate(one.id);
}

/** As a form of files. */
export function formOf({ certificate, chain, privateKey }: CertificateFiles): Readonly<Record<string, string>> {
  return { certificate, certificate_key: privateKey.$secret, ...(chain === '' ? {} : { intermediate_certificate: chain }) };
}

/** The domain of a host: its aliases are names below it. */
function mainNameOf({ domains }: RemoteHost): string | undefined {
  return [...domains].sort((a, b) => a.length - b.length)[0];
}

function ownClaimOf(host: RemoteHost): CertificateClaim {
  const domain = mainNameOf(host) ?? '';
  return claimOf(handleOf(host, domain), domain);
}

async function ours(npm: NginxProxyManagerClient, ctx: Context, hostId: number): Promise<RemoteHost> {
  const host = await npm.findHost(hostId);
  if (host === undefined) throw new PanelError('rejected', `proxy host ${hostId} was deleted by somebody else`);
  if (ownerOf(host) !== ctx.owner) throw new PanelError('not_owned', `proxy host ${hostId} does not bear our mark any more`);
  return host;
}
