import { absent, defineProxy, done, operation, PanelError, type Ctx, type Found, type ProxyHostInput } from '@hostwright/sdk';
import type { RemoteHost } from './answers.js';
import { certificateState, detach, findCertificate, issueCertificate, removeCertificate, sweepCertificates } from './certificates.js';
import { NginxProxyManagerClient } from './client.js';
import { server } from './config.js';
import { asProxyHost, hostState, notOurs } from './host-state.js';
import { installCertificate, removeCertificate as removeInstalled } from './install.js';
import { deleteInstalled, isInstalled } from './installed.js';
import { checkHost, checkKey, claimOf, isOurCertificate, isOurHost, markedConfig } from './ownership.js';
import { isDomainInUse } from './refusal.js';
import { testConnection } from './test-connection.js';

/** Our host as the journal keeps it: also what tells its certificates when it is gone. */
type HostHandle = { readonly hostId: number; readonly ownerUserId: number; readonly createdAt: string };

type HostClaim = Pick<ProxyHostInput, 'domain' | 'forwardScheme' | 'forwardHost' | 'forwardPort'>;

const minuteMs = 60_000;

export const proxy = defineProxy(
  // Certbot takes one order at a time.
  { server, limits: { permits: { certificate: 1 } } },
  {
    ensureHost: operation({
      steps: ['create proxy host', 'issue certificate', 'attach certificate', 'check proxy host'],
      async run({ ctx, server: settings, input, step, skip }) {
        const wanted = checkHost(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        const claim: HostClaim = {
          domain: wanted.domain,
          forwardScheme: wanted.forwardScheme,
          forwardHost: wanted.forwardHost,
          forwardPort: wanted.forwardPort,
        };
        // The host comes first: it holds the domain, and its age tells which certificates are its own.
        const host = await step('create proxy host', {
          strength: 'unique',
          claim,
          find: (claimed) => findForClaim(npm, ctx, claimed),
          run: (claimed) => createHost(npm, ctx, claimed, wanted),
          undo: (made) => removeHost(npm, ctx, wanted.domain, made),
        });
        if (wanted.certificate === 'none') {
          skip('issue certificate', 'no certificate wanted');
          skip('attach certificate', 'no certificate wanted');
        } else {
          const issued = await step('issue certificate', {
            strength: 'tagged',
            claim: claimOf(host, wanted.domain),
            permit: 'certificate',
            giveUpAfterMs: 40 * minuteMs,
            find: (claimed) => findCertificate(npm, ctx, claimed),
            run: (claimed) => issueCertificate(npm, ctx, claimed, host.hostId),
            until: (task) => certificateState(npm, ctx, wanted.domain, task),
            undo: (made, claimed) => removeCertificate(npm, ctx, claimed, made.certificateId),
            sweep: (claimed, keep) => sweepCertificates(npm, ctx, claimed, keep),
          });
          await step('attach certificate', {
            run: async () => {
              await getOurs(npm, ctx, wanted.domain, host.hostId);
              const changed = await npm.changeHost(host.hostId, {
                certificate_id: issued.certificateId,
                ssl_forced: true,
                http2_support: wanted.http2,
                caching_enabled: wanted.caching,
                allow_websocket_upgrade: wanted.websockets,
              });
              if (changed.certificateId !== issued.certificateId) {
                throw new PanelError('unknown_outcome', `proxy host ${host.hostId} did not take certificate ${issued.certificateId}`);
              }
            },
            undo: async () => {
              const standing = await npm.findHost(host.hostId);
              if (standing === undefined) return;
              if (!isOurHost(standing, ctx.owner, wanted.domain)) throw notOurs(wanted.domain);
              if (standing.certificateId === issued.certificateId) await detach(npm, standing.id);
            },
          });
        }
        return step('check proxy host', {
          giveUpAfterMs: 5 * minuteMs,
          until: () => hostState(npm, ctx, wanted.domain, host.hostId),
        });
      },
    }),

    enableHost: operation({
      steps: ['enable proxy host'],
      async run({ ctx, server: settings, input, step }) {
        const { domain } = checkKey(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        await step('enable proxy host', { run: () => switchHost(npm, ctx, domain, true) });
        return undefined;
      },
    }),

    disableHost: operation({
      steps: ['disable proxy host'],
      async run({ ctx, server: settings, input, step }) {
        const { domain } = checkKey(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        await step('disable proxy host', { run: () => switchHost(npm, ctx, domain, false) });
        return undefined;
      },
    }),

    readHost: operation({
      steps: ['read proxy host'],
      async run({ ctx, server: settings, input, step }) {
        const { domain } = checkKey(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        return step('read proxy host', { run: async () => asProxyHost(await demandOurs(npm, ctx, domain), domain) });
      },
    }),

    removeHost: operation({
      steps: ['detach certificate', 'remove certificate', 'remove proxy host'],
      async run({ ctx, server: settings, input, step, skip }) {
        const { domain } = checkKey(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        // The host goes last: as long as it stands, whatever was left behind by an attempt that broke off is known as its own.
        const host = await step('detach certificate', {
          run: async (): Promise<HostHandle | null> => {
            const standing = await npm.listHosts({ holding: domain });
            const ours = standing.find((each) => isOurHost(each, ctx.owner, domain));
            if (ours === undefined) {
              if (standing.length > 0) ctx.log.info('left a proxy host of somebody else alone', { domain });
              return null;
            }
            const attached = ours.certificateId === 0 ? undefined : await npm.findCertificate(ours.certificateId);
            // A certificate that a person attached stays with that person.
            const isOurs = attached && (isOurCertificate(attached, claimOf(ours, domain)) || isInstalled(attached, ctx.owner));
            if (isOurs) await detach(npm, ours.id);
            return handleOf(ours);
          },
        });
        if (host == null) {
          skip('remove certificate', 'there is no proxy host of ours');
          skip('remove proxy host', 'there is no proxy host of ours');
          return undefined;
        }
        await step('remove certificate', {
          permit: 'certificate',
          run: async () => {
            await sweepCertificates(npm, ctx, claimOf(host, domain), undefined);
            // Those that other hosts of the service use stay with them.
            await deleteInstalled(npm, ctx);
          },
        });
        await step('remove proxy host', { run: () => removeHost(npm, ctx, domain, host) });
        return undefined;
      },
    }),

    installCertificate,
    removeCertificate: removeInstalled,

    async listHosts({ ctx, server: settings, domain }) {
      const wanted = domain.toLowerCase();
      const hosts = await new NginxProxyManagerClient(ctx, settings).listHosts({ holding: wanted, withCertificates: true });
      return hosts.map((host) => asProxyHost(host, wanted));
    },

    testConnection,
  },
);

/**
 * Our host as claimed, or absent.
 * Throws `not_owned` when the domain is held by a host that is not ours, or that no longer forwards where it should.
 */
async function findForClaim(npm: NginxProxyManagerClient, ctx: Ctx, claim: HostClaim): Promise<Found<undefined, HostHandle>> {
  const [host] = await npm.listHosts({ holding: claim.domain });
  if (host === undefined) return absent;
  if (!isOurHost(host, ctx.owner, claim.domain)) throw notOurs(claim.domain);
  if (host.forwardHost !== claim.forwardHost || host.forwardPort !== claim.forwardPort || host.forwardScheme !== claim.forwardScheme) {
    const elsewhere = `${host.forwardScheme}://${host.forwardHost}:${host.forwardPort}`;
    throw new PanelError('not_owned', `${claim.domain} has a proxy host with our mark that forwards to ${elsewhere}; it was left as it is`);
  }
  return done(handleOf(host));
}

async function createHost(npm: NginxProxyManagerClient, ctx: Ctx, claim: HostClaim, wanted: ProxyHostInput): Promise<HostHandle> {
  try {
    const made = await npm.createHost({
      domain_names: [claim.domain],
      forward_scheme: claim.forwardScheme,
      forward_host: claim.forwardHost,
      forward_port: claim.forwardPort,
      caching_enabled: wanted.caching,
      allow_websocket_upgrade: wanted.websockets,
      block_exploits: true,
      advanced_config: markedConfig(ctx.owner),
    });
    if (!isOurHost(made, ctx.owner, claim.domain)) throw new PanelError('unknown_outcome', `another host than ${claim.domain} was made`);
    return handleOf(made);
  } catch (error) {
    if (!isDomainInUse(error)) throw error;
    // Somebody was faster since we looked; it may have been an earlier call of ours that took effect late.
    const found = await findForClaim(npm, ctx, claim);
    if (found.state === 'done') return found.output;
    throw notOurs(claim.domain); // a redirection, a 404 host, or a host that this account does not see
  }
}

/** Deletes our host after reading its mark back, and before it the certificates only it could have had. Gone counts as done. */
async function removeHost(npm: NginxProxyManagerClient, ctx: Ctx, domain: string, made: HostHandle): Promise<void> {
  const host = await npm.findHost(made.hostId);
  if (host === undefined) return;
  if (!isOurHost(host, ctx.owner, domain)) throw notOurs(domain);
  await sweepCertificates(npm, ctx, claimOf(made, domain), undefined);
  await npm.deleteHost(host.id);
}

async function demandOurs(npm: NginxProxyManagerClient, ctx: Ctx, domain: string): Promise<RemoteHost> {
  const [host] = await npm.listHosts({ holding: domain, withCertificates: true });
  if (host === undefined) throw new PanelError('not_found', `there is no proxy host for ${domain}`);
  if (!isOurHost(host, ctx.owner, domain)) throw notOurs(domain);
  return host;
}

async function switchHost(npm: NginxProxyManagerClient, ctx: Ctx, domain: string, enabled: boolean): Promise<void> {
  const host = await demandOurs(npm, ctx, domain);
  if (host.enabled !== enabled) await npm.enableHost(host.id, enabled);
}

async function getOurs(npm: NginxProxyManagerClient, ctx: Ctx, domain: string, hostId: number): Promise<RemoteHost> {
  const host = await npm.findHost(hostId);
  if (host === undefined) throw new PanelError('rejected', `the proxy host for ${domain} was deleted by somebody else`);
  if (!isOurHost(host, ctx.owner, domain)) throw notOurs(domain);
  return host;
}

function handleOf(host: RemoteHost): HostHandle {
  return { hostId: host.id, ownerUserId: host.ownerUserId, createdAt: host.createdAt };
}
