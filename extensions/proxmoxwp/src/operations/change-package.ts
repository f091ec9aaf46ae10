import { operation, PanelError, type Operation } from '@hostwright/sdk';
import { plans, type ProductConfig } from '../config.js';
import { Power } from '../power.js';
import { Resources } from '../resources.js';
import { growStep, startStep, stopStep } from './container-steps.js';
import type { Change } from './shapes.js';

/** Throws: `conflict` for a smaller disk, since a disk can only grow, and for another zone, since a site keeps its name. */
export function allowChange({ from, to }: { readonly from: ProductConfig; readonly to: ProductConfig }): void {
  const before = plans[from.plan].diskGib;
  const after = plans[to.plan].diskGib;
  if (after < before) {
    throw new PanelError('conflict', `the plan ${to.plan} has a disk of ${after} GiB, and one of ${before} GiB cannot be made smaller`);
  }
  if (to.domain !== from.domain) throw new PanelError('conflict', `the site is in the zone ${from.domain} and cannot move to ${to.domain}`);
}

export const changePackage: Operation<Change> = operation({
  steps: ['grow disk', 'set limits', 'stop container', 'start container', 'check limits'],
  async run({ ctx, server, product, previous, properties: { vmid, failover }, step, skip }) {
    allowChange({ from: previous, to: product });
    const plan = plans[product.plan];
    const resources = new Resources(ctx, server);
    const power = new Power(ctx, server, failover);
    // First: it is what can fail, when the storage is full, and then nothing else has changed.
    await step('grow disk', growStep(resources, vmid, plan.diskGib));
    const { needsRestart } = await step('set limits', { run: () => resources.setLimits(vmid, plan) });
    if (needsRestart) {
      await step('stop container', stopStep(power, vmid));
      await step('start container', startStep(power, vmid));
      await step('check limits', { run: () => resources.demandLimits(vmid, plan) });
    } else {
      skip('stop container', 'the limits count at once');
      skip('start container', 'the limits count at once');
      skip('check limits', 'the limits count at once');
    }
    return { plan: product.plan };
  },
});
