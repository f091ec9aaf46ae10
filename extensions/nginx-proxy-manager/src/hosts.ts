import {
  absent,
  done,
  failed,
  PanelError,
  pending,
  type Ctx,
  type Found,
  type Polled,
  type ProxyHost,
  type ProxyHostInput,
} from '@hostwright/sdk';
import type { RemoteHost } from './answers.js';
import { sweepCertificates } from './certificates.js';
import type { NginxProxyManagerClient } from './client.js';
import { aliasesOf, claimOf, handleOf, isOurHost, markedConfig, ownerOf, type HostHandle, type HostNames } from './ownership.js';
import { isDomainInUse } from './refusal.js';

export type HostClaim = Pick<ProxyHostInput, 'domain' | 'aliases' | 'forwardScheme' | 'forwardHost' | 'forwardPort'>;

const problemLimit = 200;

/**
 * Our host as claimed, or absent.
 * Throws: `not_owned` when the domain is held by a host that is not ours, or that no longer forwards where it should; `conflict` when it is
 * an alias of another host of ours.
 */
export async function findForClaim(npm: NginxProxyManagerClient, ctx: Ctx, claim: HostClaim): Promise<Found<undefined, HostHandle>> {
  const { domain } = claim;
  const [host] = await npm.listHosts({ holding: domain });
  if (host === undefined) return absent;
  if (!isOurHost(host, ctx.owner, claim)) {
    const above = host.domains.find((other) => domain.endsWith(`.${other}`));
    if (above === undefined || ownerOf(host) !== ctx.owner) throw notOurs(domain);
    throw new PanelError('conflict', `${domain} is served already, with ${above}`);
  }
  if (host.forwardHost !== claim.forwardHost || host.forwardPort !== claim.forwardPort || host.forwardScheme !== claim.forwardScheme) {
    const elsewhere = `${host.forwardScheme}://${host.forwardHost}:${host.forwardPort}`;
    throw new PanelError('not_owned', `${domain} has a proxy host with our mark that forwards to ${elsewhere}; it was left as it is`);
  }
  return done(handleOf(host, domain));
}

export async function createHost(npm: NginxProxyManagerClient, ctx: Ctx, claim: HostClaim, wanted: ProxyHostInput): Promise<HostHandle> {
  const { domain, aliases = [] } = claim;
  const held = aliases.length === 0 ? [] : (await npm.listHosts()).flatMap(({ domains }) => domains);
  const free = aliases.filter((alias) => !held.includes(alias));
  try {
    const made = await npm.createHost({
      domain_names: [domain, ...free],
      forward_scheme: claim.forwardScheme,
      forward_host: claim.forwardHost,
      forward_port: claim.forwardPort,
      caching_enabled: wanted.caching,
      allow_websocket_upgrade: wanted.websockets,
      block_exploits: true,
      advanced_config: markedConfig(ctx.owner),
    });
    if (!isOurHost(made, ctx.owner, claim)) throw new PanelError('unknown_outcome', `another host than ${domain} was made`);
    return handleOf(made, domain);
  } catch (error) {
    if (!isDomainInUse(error)) throw error;
    // Somebody was faster since we looked; it may have been an earlier call of ours that took effect late.
    const found = await findForClaim(npm, ctx, claim);
    if (found.state === 'done') return found.output;
    // A redirection, a 404 host, or a host that this account does not see: if it is only an alias that they hold, it stays there.
    if (free.length === 0) throw notOurs(domain);
    const { aliases: _held, ...alone } = claim;
    return createHost(npm, ctx, alone, wanted);
  }
}

/** Deletes our host after reading its mark back, and before it the certificates only it could have had. Gone counts as done. */
export async function removeHost(npm: NginxProxyManagerClient, ctx: Ctx, names: HostNames, made: HostHandle): Promise<void> {
  const host = await npm.findHost(made.hostId);
  if (host === undefined) return;
  if (!isOurHost(host, ctx.owner, names)) throw notOurs(names.domain);
  await sweepCertificates(npm, ctx, claimOf(made, names.domain), undefined);
  await npm.deleteHost(host.id);
}

export async function demandOurs(npm: NginxProxyManagerClient, ctx: Ctx, names: HostNames): Promise<RemoteHost> {
  const { domain } = names;
  const [host] = await npm.listHosts({ holding: domain, withCertificates: true });
  if (host === undefined) throw new PanelError('not_found', `there is no proxy host for ${domain}`);
  if (!isOurHost(host, ctx.owner, names)) throw notOurs(domain);
  return host;
}

export async function switchHost(npm: NginxProxyManagerClient, ctx: Ctx, names: HostNames, enabled: boolean): Promise<void> {
  const host = await demandOurs(npm, ctx, names);
  if (host.enabled !== enabled) await npm.enableHost(host.id, enabled);
}

/** Done once nginx serves the host. A configuration that nginx refuses is set aside without failing the call that made it. */
export async function hostState(
  npm: NginxProxyManagerClient,
  ctx: Ctx,
  names: HostNames,
  hostId: number,
): Promise<Polled<undefined, ProxyHost>> {
  const { domain } = names;
  const host = await npm.findHost(hostId);
  if (host === undefined) return failed(new PanelError('rejected', `the proxy host for ${domain} was deleted by somebody else`));
  if (!isOurHost(host, ctx.owner, names)) return failed(notOurs(domain));
  if (host.online === undefined) return pending();
  if (!host.online) {
    return failed(
      new PanelError(
        'rejected',
        `nginx refuses the configuration for ${domain}: ${(host.problem ?? 'no reason given').slice(0, problemLimit)}`,
      ),
    );
  }
  return done(asProxyHost(host, domain));
}

export async function getOurs(npm: NginxProxyManagerClient, ctx: Ctx, names: HostNames, hostId: number): Promise<RemoteHost> {
  const { domain } = names;
  const host = await npm.findHost(hostId);
  if (host === undefined) throw new PanelError('rejected', `the proxy host for ${domain} was deleted by somebody else`);
  if (!isOurHost(host, ctx.owner, names)) throw notOurs(domain);
  return host;
}

export function notOurs(domain: string): PanelError {
  return new PanelError('not_owned', `${domain} is in use by a host that does not bear our mark`);
}

export function asProxyHost(host: RemoteHost, domain: string): ProxyHost {
  return {
    remoteId: String(host.id),
    domain,
    ...aliasesOf(host, domain),
    forwardHost: host.forwardHost,
    forwardPort: host.forwardPort,
    forwardScheme: host.forwardScheme,
    certificate: host.certificate?.provider === 'letsencrypt' ? 'letsencrypt' : 'none',
    http2: host.http2,
    caching: host.caching,
    websockets: host.websockets,
    enabled: host.enabled,
    ...(host.certificate === undefined ? {} : { certificateExpiresAt: host.certificate.expiresAt }),
  };
}
