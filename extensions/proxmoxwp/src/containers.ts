import { absent, done, failed, PanelError, pending, type Ctx, type Found, type Json, type Pending, type Polled } from '@hostwright/sdk';
import { plans, type ProductConfig, type ServerConfig } from './config.js';
import { ProxmoxClient } from './client.js';
import type { ContainerConfig } from './answers.js';

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

/** Seconds a container gets to shut down before it is stopped. */
const shutdownSeconds = 30;

const removalAttempts = 3;

/** How far an undo is: the task it waits for, and how many have failed. */
interface Removal {
  readonly upid: string | null;
  readonly attempts: number;
}

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

  /** As `find`, for whatever needs it to be there. */
  async get(vmid: number): Promise<OwnedContainer> {
    const container = await this.find(vmid);
    if (container === undefined) throw new PanelError('conflict', `container ${vmid} is gone`);
    return container;
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
    const task = await this.pve.begin('POST', `/nodes/${server.homeNode}/lxc`, {
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
    return known(task);
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

  /** Whether it runs. */
  async findStarted(vmid: number): Promise<Found<string | null, undefined>> {
    const container = await this.find(vmid);
    if (container === undefined) return absent;
    if ((await this.pve.status(container.node, vmid))?.status === 'running') return done();
    const task = await this.activeTask(container.node, vmid, 'vzstart');
    return task === undefined ? absent : pending(task);
  }

  /** Starts it; null when it runs already. */
  async start(vmid: number): Promise<string | null> {
    const { node } = await this.get(vmid);
    return (await this.pve.begin('POST', `/nodes/${node}/lxc/${vmid}/status/start`, {}, ['running'])) ?? null;
  }

  async startState(vmid: number, task: string | null): Promise<Polled<string | null, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    const { node } = await this.get(vmid);
    if ((await this.pve.status(node, vmid))?.status === 'running') return done();
    if (typeof state === 'object' && state.condition !== 'running') return failed(state.error);
    return failed(new PanelError('unknown_outcome', `the start of container ${vmid} ended, and it does not run`));
  }

  /** Whether it is stopped; done as well when it is gone. */
  async findStopped(vmid: number): Promise<Found<string | null, undefined>> {
    const container = await this.find(vmid);
    if (container === undefined) return done();
    const status = await this.pve.status(container.node, vmid);
    if (status === undefined || status.status === 'stopped') return done();
    const task = (await this.activeTask(container.node, vmid, 'vzshutdown')) ?? (await this.activeTask(container.node, vmid, 'vzstop'));
    return task === undefined ? absent : pending(task);
  }

  /** Shuts it down, and stops it when that takes too long; null when it was stopped already. */
  async stop(vmid: number): Promise<string | null> {
    const container = await this.find(vmid);
    if (container === undefined) return null;
    const path = `/nodes/${container.node}/lxc/${vmid}/status/shutdown`;
    return (await this.pve.begin('POST', path, { timeout: shutdownSeconds, forceStop: 1 }, ['not_running', 'missing'])) ?? null;
  }

  async stopState(vmid: number, task: string | null): Promise<Polled<string | null, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    const container = await this.find(vmid);
    const status = container === undefined ? undefined : await this.pve.status(container.node, vmid);
    if (status?.status !== 'running') return done();
    if (typeof state === 'object') return failed(state.error);
    // A container under failover is stopped by its manager some time after the task has ended.
    if (state === 'ok') return pending();
    return failed(new PanelError('unknown_outcome', `the shutdown of container ${vmid} vanished, and it still runs`));
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
    const path = `/nodes/${container.node}/lxc/${vmid}`;
    return (await this.pve.begin('DELETE', path, { purge: 1, 'destroy-unreferenced-disks': 1 }, ['missing'])) ?? null;
  }

  async destroyState(vmid: number, task: string | null): Promise<Polled<string | null, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    if ((await this.find(vmid)) === undefined) return done();
    if (typeof state === 'object') return failed(state.error);
    return failed(new PanelError('unknown_outcome', `the destruction of container ${vmid} ended, and it is still there`));
  }

  /**
   * Takes one container away, step by step: each call looks where it stands and does the next thing. For undo, which is called
   * with the task of before until it answers nothing. A task that fails is tried three times.
   */
  async remove(vmid: number, last?: Json): Promise<void | Pending<Json>> {
    const before = removalOf(last);
    const state = before.upid === null ? 'ok' : await this.pve.task(before.upid);
    if (state === 'running') return pending<Json>({ ...before });
    const created = await this.findCreated(vmid);
    if (created.state === 'absent') return;
    const attempts = typeof state === 'object' ? before.attempts + 1 : before.attempts;
    if (typeof state === 'object' && attempts >= removalAttempts) throw state.error;
    const next = (upid: string | null): Pending<Json> => pending<Json>({ upid, attempts });
    if (created.state === 'pending') return next(created.task);
    const stopped = await this.findStopped(vmid);
    if (stopped.state !== 'done') return next(stopped.state === 'pending' ? stopped.task : await this.stop(vmid));
    const destroyed = await this.findDestroyed(vmid);
    if (destroyed.state === 'done') return;
    return next(destroyed.state === 'pending' ? destroyed.task : await this.destroy(vmid));
  }

  /** Whether it has that snapshot, complete. */
  async findSnapshot(vmid: number, name: string): Promise<Found<string | null, undefined>> {
    const container = await this.find(vmid);
    if (container === undefined) return absent;
    const { node, config } = container;
    const found = (await this.pve.snapshots(node, vmid)).find((snapshot) => snapshot.name === name);
    if (found !== undefined && found.state === undefined) return done();
    const task = await this.activeTask(node, vmid, 'vzsnapshot');
    if (task !== undefined) return pending(task);
    if (found !== undefined || config.lock === 'snapshot') {
      throw new PanelError('unknown_outcome', `snapshot ${name} of container ${vmid} was begun and is no longer at work`);
    }
    return absent;
  }

  async startSnapshot(vmid: number, name: string, description: string): Promise<string> {
    const { node } = await this.get(vmid);
    return known(await this.pve.begin('POST', `/nodes/${node}/lxc/${vmid}/snapshot`, { snapname: name, description }));
  }

  async snapshotState(vmid: number, name: string, task: string | null): Promise<Polled<string | null, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    if (typeof state === 'object' && state.condition !== 'snapshot_exists') return failed(state.error);
    const found = await this.findSnapshot(vmid, name);
    if (found.state !== 'absent') return found;
    return failed(new PanelError('unknown_outcome', `the snapshot of container ${vmid} ended, and it is not listed`));
  }

  /** The guest of that id, whosever it is. One that moved between the two reads is looked up once more. */
  private async look(vmid: number): Promise<OwnedContainer | undefined> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const row = await this.pve.guest(vmid);
      if (row === undefined) return undefined;
      if (row.type !== 'lxc') throw strangers(vmid, row.node);
      const config = await this.pve.config(row.node, vmid);
      if (config !== undefined) return { node: row.node, vmid, config };
    }
    throw new PanelError('unavailable', `container ${vmid} is listed on a node that does not have it; perhaps it is moving`, {
      retryAfterMs: 5000,
    });
  }

  private async activeTask(node: string, vmid: number, type: string): Promise<string | undefined> {
    const tasks = await this.pve.tasks(node, vmid, type);
    return tasks.find((task) => task.active && task.user === this.server.tokenId)?.upid;
  }
}

function removalOf(task: Json | undefined): Removal {
  const { upid, attempts } = (task ?? {}) as Partial<Removal>;
  return { upid: typeof upid === 'string' ? upid : null, attempts: typeof attempts === 'number' ? attempts : 0 };
}

function strangers(vmid: number, node: string): PanelError {
  return new PanelError('not_owned', `guest ${vmid} on ${node} does not bear our mark`);
}

function known(task: string | undefined): string {
  if (task === undefined) throw new PanelError('unknown_outcome', 'Proxmox answered without a task id');
  return task;
}
