import { absent, done, failed, PanelError, pending, type Ctx, type Found, type Polled } from '@hostwright/sdk';
import { ProxmoxClient } from './client.js';
import type { PlanResources, ServerConfig } from './config.js';
import { Containers, type OwnedContainer } from './containers.js';

const gib = 2 ** 30;

/**
 * What a container of ours may use. A change names the digest of the configuration in which the mark was read, so that it cannot
 * reach a container that took the id in between.
 */
export class Resources {
  private readonly pve: ProxmoxClient;
  private readonly containers: Containers;

  constructor(ctx: Ctx, server: ServerConfig) {
    this.pve = new ProxmoxClient(ctx, server);
    this.containers = new Containers(ctx, server);
  }

  /** Whether it starts with its node. Repeatable. */
  async setOnBoot(vmid: number, onBoot: boolean): Promise<void> {
    await this.change(await this.containers.get(vmid), { onboot: onBoot ? 1 : 0 });
  }

  /** Memory, swap and cores. Repeatable. Answers whether they count only after a restart. */
  async setLimits(vmid: number, { memoryMib, swapMib, cores }: PlanResources): Promise<{ readonly needsRestart: boolean }> {
    const container = await this.containers.get(vmid);
    await this.change(container, { memory: memoryMib, swap: swapMib, cores });
    return { needsRestart: !(await this.hasLimits(vmid, { memoryMib, swapMib, cores })) };
  }

  /** Throws: `rejected` when the limits do not count. */
  async demandLimits(vmid: number, plan: PlanResources): Promise<void> {
    if (await this.hasLimits(vmid, plan)) return;
    throw new PanelError(
      'rejected',
      `container ${vmid} has been restarted, and still has other limits than ${plan.memoryMib} MiB of memory`,
    );
  }

  private async hasLimits(vmid: number, plan: Pick<PlanResources, 'memoryMib' | 'swapMib' | 'cores'>): Promise<boolean> {
    const { node } = await this.containers.get(vmid);
    const live = await this.pve.config(node, vmid, { live: true });
    if (live === undefined) throw new PanelError('unavailable', `container ${vmid} has just moved`);
    return live.memoryMib === plan.memoryMib && live.swapMib === plan.swapMib && live.cores === plan.cores;
  }

  /** Whether its disk has that size, or more: a disk cannot be made smaller. */
  async findGrown(vmid: number, diskGib: number): Promise<Found<string | null, undefined>> {
    const container = await this.containers.find(vmid);
    // As it is when its service has ended meanwhile.
    if (container === undefined) return absent;
    if (diskBytesOf(container) >= diskGib * gib) return done();
    const task = await this.containers.activeTask(container.node, vmid, 'resize');
    return task === undefined ? absent : pending(task);
  }

  /** Grows the disk to that size; null when it has it. */
  async grow(vmid: number, diskGib: number): Promise<string | null> {
    const { node, config } = await this.containers.get(vmid);
    return this.pve.startUnless(['disk_same', 'disk_larger'], 'PUT', `/nodes/${node}/lxc/${vmid}/resize`, {
      disk: 'rootfs',
      size: `${diskGib}G`,
      ...guard(config),
    });
  }

  async growState(vmid: number, diskGib: number, task: string | null): Promise<Polled<string | null, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    // Refused because it has that size already; the configuration may say less than the storage does.
    if (typeof task !== 'string') return done();
    if (diskBytesOf(await this.containers.get(vmid)) >= diskGib * gib) return done();
    if (typeof state === 'object') return failed(state.error);
    return failed(new PanelError('unknown_outcome', `the growth of the disk of container ${vmid} ended, and it is no larger`));
  }

  /** What cannot be applied while it runs is written all the same, and refused with `not_hot`. */
  private async change({ node, vmid, config }: OwnedContainer, changes: Readonly<Record<string, number>>): Promise<void> {
    await this.pve.change('PUT', `/nodes/${node}/lxc/${vmid}/config`, { ...changes, ...guard(config) }, ['not_hot']);
  }
}

function guard({ digest }: OwnedContainer['config']): Readonly<Record<string, string>> {
  return digest === undefined ? {} : { digest };
}

function diskBytesOf({ vmid, config }: OwnedContainer): number {
  if (config.diskBytes === undefined)
    throw new PanelError('unavailable', `the configuration of container ${vmid} names no size of its disk`);
  return config.diskBytes;
}
