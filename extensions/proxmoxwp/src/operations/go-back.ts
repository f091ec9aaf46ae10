import type { Ctx, Step } from '@hostwright/sdk';
import { plans, type ServerConfig, type SiteProperties } from '../config.js';
import { Power } from '../power.js';
import { Resources } from '../resources.js';
import { Snapshots } from '../snapshots.js';
import { growStep, rollbackStep, startStep, stopStep } from './container-steps.js';

export const goBackSteps = ['find snapshot', 'stop container', 'go back', 'grow disk', 'set limits', 'start container'] as const;

type GoBackStep = (typeof goBackSteps)[number];

interface GoBackArguments {
  readonly ctx: Ctx;
  readonly server: ServerConfig;
  readonly properties: SiteProperties;
  readonly step: Step<GoBackStep>;
}

/**
 * The site as it was at a snapshot, with what its plan gives now: Proxmox goes back to the limits of that time as well.
 * The container is stopped for it and runs afterwards; when Proxmox refuses, undoing the stop starts it as it was.
 * Throws: `not_found` when there is no such snapshot, before anything is touched; `conflict`, with the backups to delete first, when the
 * storage goes back to the latest snapshot only, and this is another.
 */
export async function goBack({ ctx, server, properties, step }: GoBackArguments, name: string): Promise<void> {
  const { vmid, failover, plan } = properties;
  const snapshots = new Snapshots(ctx, server);
  const resources = new Resources(ctx, server);
  const power = new Power(ctx, server, failover);
  await step('find snapshot', { run: () => snapshots.demand(vmid, name) });
  await step('stop container', stopStep(power, vmid));
  await step('go back', rollbackStep(snapshots, { vmid, name }));
  await step('grow disk', growStep(resources, vmid, plans[plan].diskGib));
  await step('set limits', { run: () => resources.setLimits(vmid, plans[plan]) });
  await step('start container', startStep(power, vmid));
}
