import { action } from '@hostwright/sdk';
import { firstSnapshot } from '../backups.js';
import { Containers } from '../containers.js';
import { Power } from '../power.js';
import { presenceStep, startStep, stopStep } from './container-steps.js';
import { goBack, goBackSteps } from './go-back.js';
import type { Later } from './shapes.js';

export const start = action<Later>({
  label: 'Start',
  shownTo: 'customer',
  steps: ['find container', 'start container'],
  async run({ ctx, server, properties: { vmid, failover }, step }) {
    await step('find container', presenceStep(new Containers(ctx, server), vmid));
    await step('start container', startStep(new Power(ctx, server, failover), vmid));
    return { state: 'running' };
  },
});

export const stop = action<Later>({
  label: 'Stop',
  confirm: 'Nobody can reach the site until it is started again.',
  shownTo: 'customer',
  steps: ['find container', 'stop container'],
  async run({ ctx, server, properties: { vmid, failover }, step }) {
    await step('find container', presenceStep(new Containers(ctx, server), vmid));
    await step('stop container', stopStep(new Power(ctx, server, failover), vmid));
    return { state: 'stopped' };
  },
});

/** A stop and a start, not a reboot: each is told by what the container is, so that a lost answer never restarts it twice. */
export const restart = action<Later>({
  label: 'Restart',
  shownTo: 'customer',
  steps: ['find container', 'stop container', 'start container'],
  async run({ ctx, server, properties: { vmid, failover }, step }) {
    await step('find container', presenceStep(new Containers(ctx, server), vmid));
    const power = new Power(ctx, server, failover);
    await step('stop container', stopStep(power, vmid));
    await step('start container', startStep(power, vmid));
    return { state: 'running' };
  },
});

export const reset = action<Later>({
  label: 'Reset to the delivered state',
  confirm: 'Everything that was ever written to the site is lost.',
  shownTo: 'customer',
  steps: goBackSteps,
  async run(args) {
    await goBack(args, firstSnapshot);
    return { state: 'running' };
  },
});
