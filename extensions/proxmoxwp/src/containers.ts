import { absent, done, failed, PanelError, pending, type Ctx, type Found, type Polled } from '@hostwright/sdk';
import type { ContainerConfig } from './answers.js';
import { ProxmoxClient } from './client.js';
import { plans, type ProductConfig, type ServerConfig } from './config.js';
import { refusedForNowMs } from './refusals.js';

/** Where a container of ours is now. Failover may move it, so it is looked up for every use and never kept. */
export interface OwnedContainer {
  readonly node: string;
  readonly vmid: number;
  readonly config: ContainerConfig;
}

export interface NewContainer {
  readonly vmid: number;
  readonly hostname: string;
  readonly ip: string;
  readonly product: ProductConfig;
}

export type ContainerOutput = { readonly vmid: number };

/**
 * Containers that bear our mark, as a tag. Everything here reads the mark back first: an id that was recycled, or never ours,
 * is `not_owned` and is left alone.
 */
export class Containers {
  private readonly pve: ProxmoxClient;

  constructor(
    private readonly ctx: Ctx,
    private readonly server: ServerConfig,
  ) {
    this.pve = new ProxmoxClient(ctx, server);
  }

  /**
   * Our container of that id, wherever it is; undefined when no guest has the id.
   * Throws: `not_owned` when it is somebody else's.
   */
  async find(vmid: number): Promise<OwnedContainer | undefined> {
    const seen = await this.look(vmid);
    if (seen === undefined) return undefined;
    if (!seen.config.tags.includes(this.ctx.owner)) throw strangers(vmid, seen.node);
    return seen;
  }

  /** As `find`, for whatever needs it to be there. Throws: `rejected` when it is gone, which staff have to see to. */
  async get(vmid: number): Promise<OwnedContainer> {
    const container = await this.find(vmid);
    if (container === undefined) throw new PanelError('rejected', `container ${vmid} is gone`);
    return container;
  }

  /** As `get`, for what Proxmox would refuse as long as something else is at work on it. Throws as `demandUnlocked` does. */
  async getUnlocked(vmid: number): Promise<OwnedContainer> {
    const container = await this.get(vmid);
    demandUnlocked(container);
    return container;
  }

  /** The task of that type at work on it that our token began. */
  async activeTask(node: string, vmid: number, type: string): Promise<string | undefined> {
    const tasks = await this.pve.tasks(node, vmid, type);
    return tasks.find((task) => task.active && task.user === this.server.tokenId)?.upid;
  }

  /**
   * Whether our creation of that container is done, under way or absent. While it is under way the configuration may hold a lock
   * and nothing else, so the task tells whose it is: made by our token, for an id that is reserved to this service.
   */
  async findCreated(vmid: number): Promise<Found<string, ContainerOutput>> {
    const seen = await this.look(vmid);
    const task = await this.activeTask(seen?.node ?? this.server.homeNode, vmid, 'vzcreate');
    if (task !== undefined) return pending(task);
    if (seen === undefined) return absent;
    if (seen.config.tags.includes(this.ctx.owner) && seen.config.lock !== 'create') return done({ vmid });
    if (seen.config.lock === 'create') {
      // The task may have ended between the two looks. A lock that outlives its task is for a person.
      const again = await this.look(vmid);
      if (again === undefined) return absent;
      if (again.config.lock !== 'create' && again.config.tags.includes(this.ctx.owner)) return done({ vmid });
      throw new PanelError('unknown_outcome', `container ${vmid} on ${seen.node} is locked by a creation that is no longer at work`);
    }
    throw strangers(vmid, seen.node);
  }

  /** Starts the creation on the home node. The container is left stopped. */
  async startCreate(box: NewContainer): Promise<string> {
    const plan = plans[box.product.plan];
    const { server } = this;
    return this.pve.start('POST', `/nodes/${server.homeNode}/lxc`, {
      vmid: box.vmid,
      ostemplate: server.template,
      hostname: box.hostname,
      memory: plan.memoryMib,
      swap: plan.swapMib,
      cores: plan.cores,
      rootfs: `${server.storage}:${plan.diskGib}`,
      net0: `name=eth0,bridge=${server.bridge},ip=${box.ip}/${server.lanPrefix},gw=${server.gateway}`,
      ...(server.nameserver === undefined ? {} : { nameserver: server.nameserver }),
      unprivileged: 1,
      features: 'nesting=1',
      onboot: 1,
      // Started in a step of its own: a start that fails inside the creation fails the task and leaves the container.
      start: 0,
      tags: this.ctx.owner,
      description: `WordPress site ${box.hostname}, made and kept by Hostwright for ${this.ctx.owner}. Please leave the tag: without it the panel takes the container for somebody else's.`,
    });
  }

  /** How a creation stands. Success is believed only when the container is there and ours. */
  async createState(vmid: number, task: string): Promise<Polled<string, ContainerOutput>> {
    const state = await this.pve.task(task);
    if (state === 'running') return pending();
    if (typeof state === 'object' && state.condition !== 'exists') return failed(state.error);
    const found = await this.findCreated(vmid);
    if (found.state !== 'absent') return found;
    return failed(new PanelError('unknown_outcome', `the creation of container ${vmid} ended, and there is no container`));
  }

  /** Whether it is destroyed. */
  async findDestroyed(vmid: number): Promise<Found<string | null, undefined>> {
    const container = await this.find(vmid);
    if (container === undefined) return done();
    const task = await this.activeTask(container.node, vmid, 'vzdestroy');
    return task === undefined ? absent : pending(task);
  }

  /** Destroys it with its disk, its snapshots and every reference to it; null when it is gone already. */
  async destroy(vmid: number): Promise<string | null> {
    const container = await this.find(vmid);
    if (container === undefined) return null;
    if (container.config.protected) {
      throw new PanelError('rejected', `container ${vmid} is protected in Proxmox; take its protection off to let it be destroyed`);
    }
    return this.pve.start('DELETE', `/nodes/${container.node}/lxc/${vmid}`, { purge: 1, 'destroy-unreferenced-disks': 1 });
  }

  async destroyState(vmid: number, task: string | null): Promise<Polled<string | null, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    if ((await this.find(vmid)) === undefined) return done();
    if (typeof state === 'object') return failed(state.error);
    return failed(new PanelError('unknown_outcome', `the destruction of container ${vmid} ended, and it is still there`));
  }

  /**
   * The guest of that id, whosever it is; undefined when the cluster has none. One that came, went or moved between two reads is looked up
   * once more. Throws: `invalid_config` when it is there and the token may not see it, for the list leaves out such a one without a word.
   */
  private async look(vmid: number): Promise<OwnedContainer | undefined> {
    let hidden = false;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const row = (await this.pve.guests()).find((guest) => guest.vmid === vmid);
      hidden = row === undefined;
      if (row === undefined) {
        if (await this.pve.isTaken(vmid)) continue;
        return undefined;
      }
      if (row.type !== 'lxc') throw strangers(vmid, row.node);
      const config = await this.pve.config(row.node, vmid);
      if (config !== undefined) return { node: row.node, vmid, config };
    }
    if (hidden) {
      const message = `the API token may not see guest ${vmid}, which is there: it lacks VM.Audit on /vms/${vmid}`;
      throw new PanelError('invalid_config', message, { field: 'tokenId' });
    }
    throw new PanelError('unavailable', `container ${vmid} is listed on a node that does not have it; perhaps it is moving`, {
      retryAfterMs: refusedForNowMs,
    });
  }
}

/**
 * Throws: `unavailable` while something else is at work on it, such as a backup or a move. Proxmox would take a start, a stop or a snapshot
 * for all that, and refuse it in the task.
 */
export function demandUnlocked({ vmid, config }: OwnedContainer): void {
  if (config.lock === undefined) return;
  throw new PanelError('unavailable', `container ${vmid} is locked (${config.lock.slice(0, 20)})`, { retryAfterMs: refusedForNowMs });
}

function strangers(vmid: number, node: string): PanelError {
  return new PanelError('not_owned', `guest ${vmid} on ${node} does not bear our mark`);
}
