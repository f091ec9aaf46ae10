import { ipv4, label, number, operation, password, type Operation } from '@hostwright/sdk';
import { firstSnapshot } from '../backups.js';
import { Containers } from '../containers.js';
import { Failover } from '../failover.js';
import { Power } from '../power.js';
import { removeContainer } from '../removal.js';
import { SiteSetup } from '../site-setup.js';
import { Snapshots } from '../snapshots.js';
import { failoverNodes } from '../ssh-nodes.js';
import { snapshotStep, startStep } from './container-steps.js';
import type { Create } from './shapes.js';

const minutes = 60_000;

/** Undo of what is inside the container or a state of it: it goes when the creation is undone. */
const withContainer = () => Promise.resolve();

export const create: Operation<Create> = operation({
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
      undo: (_box, id, task) => removeContainer(ctx, at, id, task),
    });
    // Not registered for failover yet.
    await step('start container', { ...startStep(new Power(ctx, at, false), vmid), undo: withContainer });

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
      const first = snapshotStep(new Snapshots(ctx, at), { vmid, name: firstSnapshot }, 'The site as it was delivered');
      await step('first snapshot', { ...first, undo: withContainer });
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
