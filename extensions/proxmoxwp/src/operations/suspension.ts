import { operation, type Operation } from '@hostwright/sdk';
import { Power } from '../power.js';
import { Resources } from '../resources.js';
import { startStep, stopStep } from './container-steps.js';
import type { Later } from './shapes.js';

export const suspend: Operation<Later> = operation({
  steps: ['keep off at boot', 'stop container'],
  async run({ ctx, server, properties: { vmid, failover }, step }) {
    // First, or a node that boots in between would start it again.
    await step('keep off at boot', { run: () => new Resources(ctx, server).setOnBoot(vmid, false) });
    await step('stop container', stopStep(new Power(ctx, server, failover), vmid));
  },
});

export const unsuspend: Operation<Later> = operation({
  steps: ['start at boot', 'start container'],
  async run({ ctx, server, properties: { vmid, failover }, step }) {
    await step('start at boot', { run: () => new Resources(ctx, server).setOnBoot(vmid, true) });
    await step('start container', startStep(new Power(ctx, server, failover), vmid));
  },
});
