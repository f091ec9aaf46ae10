import { operation, type Operation } from '@hostwright/sdk';
import { Containers } from '../containers.js';
import { removeDomains, removeDomainsSteps } from '../domains.js';
import { Failover } from '../failover.js';
import { Power } from '../power.js';
import { stopStep } from './container-steps.js';
import type { Terminate } from './shapes.js';

export const terminate: Operation<Terminate> = operation({
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
      await step('stop container', stopStep(new Power(ctx, at, false), vmid));
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
