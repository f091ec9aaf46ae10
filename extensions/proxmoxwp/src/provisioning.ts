import {
  defineProvisioning,
  ipv4,
  isPanelError,
  label,
  number,
  operation,
  password,
  type CreateShape,
  type Inspection,
  type Operation,
  type TerminateShape,
} from '@hostwright/sdk';
import { ProxmoxClient } from './client.js';
import { order, product, properties, server, type ServerConfig } from './config.js';
import { testConnection } from './connection-test.js';
import { Containers, type OwnedContainer } from './containers.js';
import { addDomain, domainQuota, domainTarget, ownZones, removeDomain, removeDomains, removeDomainsSteps } from './domains.js';
import { Failover } from './failover.js';
import { SiteSetup } from './site-setup.js';
import { failoverNodes, sshTargets } from './ssh-nodes.js';

type Create = CreateShape<typeof server, typeof product, typeof order, typeof properties>;
type Terminate = TerminateShape<typeof server, typeof product, typeof order, typeof properties>;

/** The snapshot a customer can go back to. */
const firstSnapshot = 'initial';
const minutes = 60_000;

/** Undo of what is inside the container or a state of it: it goes when the creation is undone. */
const withContainer = () => Promise.resolve();

const create: Operation<Create> = operation({
  reserve: {
    ip: ipv4('lan'),
    vmid: number('vmids'),
    subdomain: label(
      ({ order: asked }) => String(asked['email']),
      ({ product: sold }) => String(sold['domain']),
    ),
    databasePassword: password(32),
  },
  steps: [
    'create container',
    'start container',
    'register for failover',
    'set failover nodes',
    'publish DNS',
    'open proxy',
    'wait for container',
    'install WordPress',
    'verify site',
    'first snapshot',
  ],
  async run({ ctx, server: at, product: sold, order: asked, reserved, step, skip }) {
    const { vmid, ip, subdomain } = reserved;
    const hostname = `${subdomain}.${sold.domain}`;
    const nodes = failoverNodes(at);
    const containers = new Containers(ctx, at);
    const failover = new Failover(ctx, at);
    const site = new SiteSetup(ctx, at);

    await step('create container', {
      strength: 'unique',
      permit: 'task',
      claim: vmid,
      find: (id) => containers.findCreated(id),
      run: (id) => containers.startCreate({ vmid: id, hostname, ip, product: sold }),
      until: (task) => containers.createState(vmid, task),
      undo: (_box, id, task) => containers.remove(id, task),
    });
    await step('start container', {
      strength: 'unique',
      permit: 'task',
      claim: vmid,
      find: (id) => containers.findStarted(id),
      run: (id) => containers.start(id),
      until: (task) => containers.startState(vmid, task),
      undo: withContainer,
    });

    const registerForFailover = async () => {
      if (nodes.length === 0) {
        skip('register for failover', 'no failover nodes are set for this server');
        skip('set failover nodes', 'no failover nodes are set for this server');
        return;
      }
      await step('register for failover', {
        strength: 'unique',
        claim: vmid,
        find: (id) => failover.findResource(id),
        run: (id) => failover.register(id),
        undo: (_nothing, id) => failover.unregister(id),
      });
      await step('set failover nodes', {
        strength: 'unique',
        claim: vmid,
        find: (id) => failover.findPlacement(id),
        run: (id) => failover.place(id, nodes),
        undo: (_nothing, id) => failover.unplace(id),
      });
    };

    const publish = async () => {
      await step('publish DNS', ctx.dns.ensureRecord({ name: hostname, type: 'A', content: asked.publicIp, ttl: sold.dnsTtl }));
      // After DNS: the certificate is validated over HTTP at that name.
      await step(
        'open proxy',
        ctx.proxy.ensureHost({
          domain: hostname,
          forwardHost: ip,
          forwardPort: 80,
          forwardScheme: 'http',
          certificate: 'letsencrypt',
          http2: true,
          caching: true,
          websockets: true,
        }),
      );
    };

    const installWordPress = async () => {
      await step('wait for container', { until: () => site.containerReady(vmid), giveUpAfterMs: 10 * minutes });
      await step('install WordPress', {
        strength: 'unique',
        claim: vmid,
        find: (id) => site.find(id),
        run: (id) =>
          site.start(id, {
            domain: hostname,
            databasePassword: reserved.databasePassword.$secret,
            wordpressUrl: sold.wordpressUrl,
            wordpressSha256: sold.wordpressSha256,
          }),
        until: () => site.state(vmid),
        undo: withContainer,
      });
      await step('verify site', { until: () => site.answers(vmid, hostname), giveUpAfterMs: 10 * minutes });
      await step('first snapshot', {
        strength: 'unique',
        permit: 'task',
        claim: vmid,
        find: (id) => containers.findSnapshot(id, firstSnapshot),
        run: (id): Promise<string | null> => containers.startSnapshot(id, firstSnapshot, 'The site as it was delivered'),
        until: (task) => containers.snapshotState(vmid, firstSnapshot, task),
        undo: withContainer,
      });
    };

    await Promise.all([registerForFailover(), publish(), installWordPress()]);
    return {
      remoteId: String(vmid),
      vmid,
      privateIp: ip,
      subdomain,
      hostname,
      publicIp: asked.publicIp,
      plan: sold.plan,
      failover: nodes.length > 0,
    };
  },
});

const terminate: Operation<Terminate> = operation({
  steps: [
    ...removeDomainsSteps,
    'close proxy',
    'withdraw DNS',
    'leave failover',
    'release failover nodes',
    'stop container',
    'destroy container',
  ],
  async run({ ctx, server: at, properties: made, domains, step, skip }) {
    const { vmid, hostname, privateIp } = made;
    const containers = new Containers(ctx, at);
    const failover = new Failover(ctx, at);

    const removeContainer = async () => {
      // First, or its manager would start the container again.
      if (made.failover) {
        await step('leave failover', { run: () => failover.unregister(vmid) });
        await step('release failover nodes', { run: () => failover.unplace(vmid) });
      } else {
        skip('leave failover', 'it was never registered');
        skip('release failover nodes', 'it was never registered');
      }
      await step('stop container', {
        strength: 'unique',
        permit: 'task',
        claim: vmid,
        find: (id) => containers.findStopped(id),
        run: (id) => containers.stop(id),
        until: (task) => containers.stopState(vmid, task),
      });
      await step('destroy container', {
        strength: 'unique',
        permit: 'task',
        claim: vmid,
        find: (id) => containers.findDestroyed(id),
        run: (id) => containers.destroy(id),
        until: (task) => containers.destroyState(vmid, task),
      });
    };

    await removeDomains({ ctx, domains, privateIp, step, skip });
    await Promise.all([
      step('close proxy', ctx.proxy.removeHost({ domain: hostname, forwardHost: privateIp })),
      step('withdraw DNS', ctx.dns.removeRecord({ name: hostname, type: 'A' })),
      removeContainer(),
    ]);
  },
});

export const provisioning = defineProvisioning(
  { server, product, order, properties, limits: { permits: { task: 10 }, ssh: (at: ServerConfig) => sshTargets(at) } },
  {
    create,
    terminate,
    addDomain,
    removeDomain,
    domainQuota,
    domainTarget,
    ownZones,
    async inspect({ ctx, server: at, properties: made }): Promise<Inspection> {
      let container: OwnedContainer | undefined;
      try {
        container = await new Containers(ctx, at).find(made.vmid);
      } catch (error) {
        // Under that id there is somebody else's now, so nothing of ours.
        if (isPanelError(error) && error.code === 'not_owned') return { state: 'missing' };
        throw error;
      }
      const status = container === undefined ? undefined : await new ProxmoxClient(ctx, at).status(container.node, made.vmid);
      if (container === undefined || status === undefined) return { state: 'missing' };
      const { cpu, mem, maxmem, disk, maxdisk, uptime } = status;
      return {
        state: container.config.lock === undefined ? status.status : 'changing',
        node: container.node,
        ...(cpu === undefined ? {} : { cpuFraction: cpu }),
        ...(mem === undefined ? {} : { memoryBytes: mem }),
        ...(maxmem === undefined ? {} : { memoryLimitBytes: maxmem }),
        ...(disk === undefined ? {} : { diskBytes: disk }),
        ...(maxdisk === undefined ? {} : { diskLimitBytes: maxdisk }),
        ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
      };
    },
    testConnection: ({ ctx, server: at }) => testConnection(ctx, at),
  },
);
