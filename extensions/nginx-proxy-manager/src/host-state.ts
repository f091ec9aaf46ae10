import { done, failed, PanelError, pending, type Ctx, type Polled, type ProxyHost } from '@hostwright/sdk';
import type { RemoteHost } from './answers.js';
import type { NginxProxyManagerClient } from './client.js';
import { isOurHost } from './ownership.js';

const problemLimit = 200;

/** Done once nginx serves the host. A configuration that nginx refuses is set aside without failing the call that made it. */
export async function hostState(
  npm: NginxProxyManagerClient,
  ctx: Pick<Ctx, 'owner'>,
  domain: string,
  hostId: number,
): Promise<Polled<undefined, ProxyHost>> {
  const host = await npm.findHost(hostId);
  if (host === undefined) return failed(new PanelError('rejected', `the proxy host for ${domain} was deleted by somebody else`));
  if (!isOurHost(host, ctx.owner, domain)) return failed(notOurs(domain));
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

export function notOurs(domain: string): PanelError {
  return new PanelError('not_owned', `${domain} is in use by a host that does not bear our mark`);
}

export function asProxyHost(host: RemoteHost, domain: string): ProxyHost {
  return {
    remoteId: String(host.id),
    domain,
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
