import { defineProxy, operation, PanelError } from '@hostwright/sdk';
import { certificateState, detach, findCertificate, issueCertificate, removeCertificate, sweepCertificates } from './certificates.js';
import { NginxProxyManagerClient } from './client.js';
import { server } from './config.js';
import {
  asProxyHost,
  createHost,
  demandOurs,
  findForClaim,
  getOurs,
  hostState,
  notOurs,
  removeHost,
  switchHost,
  type HostClaim,
} from './hosts.js';
import { checkNames, installCertificate, removeCertificate as removeInstalled } from './install.js';
import { deleteInstalled, isInstalled } from './installed.js';
import { checkHost, checkKey, claimOf, handleOf, isOurCertificate, isOurHost, type HostHandle } from './ownership.js';
import { testConnection } from './test-connection.js';

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
          ...(wanted.aliases === undefined ? {} : { aliases: wanted.aliases }),
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
          undo: (made) => removeHost(npm, ctx, wanted, made),
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
              await getOurs(npm, ctx, wanted, host.hostId);
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
              if (!isOurHost(standing, ctx.owner, wanted)) throw notOurs(wanted.domain);
              if (standing.certificateId === issued.certificateId) await detach(npm, standing.id);
            },
          });
        }
        return step('check proxy host', {
          giveUpAfterMs: 5 * minuteMs,
          until: () => hostState(npm, ctx, wanted, host.hostId),
        });
      },
    }),

    enableHost: operation({
      steps: ['enable proxy host'],
      async run({ ctx, server: settings, input, step }) {
        const key = checkKey(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        await step('enable proxy host', { run: () => switchHost(npm, ctx, key, true) });
        return undefined;
      },
    }),

    disableHost: operation({
      steps: ['disable proxy host'],
      async run({ ctx, server: settings, input, step }) {
        const key = checkKey(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        await step('disable proxy host', { run: () => switchHost(npm, ctx, key, false) });
        return undefined;
      },
    }),

    readHost: operation({
      steps: ['read proxy host'],
      async run({ ctx, server: settings, input, step }) {
        const key = checkKey(input);
        const npm = new NginxProxyManagerClient(ctx, settings);
        return step('read proxy host', { run: async () => asProxyHost(await demandOurs(npm, ctx, key), key.domain) });
      },
    }),

    removeHost: operation({
      steps: ['detach certificate', 'remove certificate', 'remove proxy host'],
      async run({ ctx, server: settings, input, step, skip }) {
        const key = checkKey(input);
        const { domain } = key;
        const npm = new NginxProxyManagerClient(ctx, settings);
        // The host goes last: as long as it stands, whatever was left behind by an attempt that broke off is known as its own.
        const host = await step('detach certificate', {
          run: async (): Promise<HostHandle | null> => {
            const standing = await npm.listHosts({ holding: domain });
            const ours = standing.find((each) => isOurHost(each, ctx.owner, key));
            if (ours === undefined) {
              if (standing.length > 0) ctx.log.info('left a proxy host of somebody else alone', { domain });
              return null;
            }
            const attached = ours.certificateId === 0 ? undefined : await npm.findCertificate(ours.certificateId);
            // A certificate that a person attached stays with that person.
            const claim = claimOf(handleOf(ours, domain), domain);
            const isOurs = attached && (isOurCertificate(attached, claim) || isInstalled(attached, ctx.owner));
            if (isOurs) await detach(npm, ours.id);
            return handleOf(ours, domain);
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
        await step('remove proxy host', { run: () => removeHost(npm, ctx, key, host) });
        return undefined;
      },
    }),

    checkNames,
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
