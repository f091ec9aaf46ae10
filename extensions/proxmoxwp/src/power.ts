import { absent, done, failed, PanelError, pending, type Ctx, type Found, type Json, type Pending, type Polled } from '@hostwright/sdk';
import { bringAbout } from './bring-about.js';
import { ProxmoxClient } from './client.js';
import type { ServerConfig } from './config.js';
import { Containers, demandUnlocked } from './containers.js';
import { Failover } from './failover.js';

/** Seconds a container gets to shut down before it is stopped. */
const shutdownSeconds = 30;

/** A power task's id; null when nothing of ours is at work, because it was so already or the failover manager does it. */
type PowerTask = string | null;

/**
 * Running and not running, of containers that bear our mark. One in failover is ordered from its manager, which acts some time later
 * and would revert whatever is done past it.
 */
export class Power {
  private readonly pve: ProxmoxClient;
  private readonly containers: Containers;
  private readonly failover: Failover;

  /** @param managed whether it was registered for failover. One that is no longer in it is started and stopped as any other. */
  constructor(
    ctx: Ctx,
    server: ServerConfig,
    private readonly managed: boolean,
  ) {
    this.pve = new ProxmoxClient(ctx, server);
    this.containers = new Containers(ctx, server);
    this.failover = new Failover(ctx, server);
  }

  /** Whether it runs, and is meant to. */
  async findStarted(vmid: number): Promise<Found<PowerTask, undefined>> {
    const container = await this.containers.find(vmid);
    if (container === undefined) return absent;
    const wanted = this.managed ? await this.failover.wanted(vmid) : undefined;
    if (wanted === 'stopped') return absent;
    if ((await this.pve.status(container.node, vmid))?.status === 'running') return done();
    if (wanted === 'running') return absent;
    const task = await this.containers.activeTask(container.node, vmid, 'vzstart');
    return task === undefined ? absent : pending(task);
  }

  async start(vmid: number): Promise<PowerTask> {
    // The failover manager gives up on one that does not start or stop, as it cannot while it is locked.
    const { node } = await this.containers.getUnlocked(vmid);
    if (this.managed && (await this.failover.order(vmid, 'started'))) return null;
    return this.pve.startUnless(['running'], 'POST', `/nodes/${node}/lxc/${vmid}/status/start`);
  }

  async startState(vmid: number, task: PowerTask): Promise<Polled<PowerTask, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    const { node } = await this.containers.get(vmid);
    const status = await this.pve.status(node, vmid);
    if (status?.status === 'running') return done();
    if (typeof state === 'object' && state.condition !== 'running') return failed(state.error);
    if (status === undefined) return pending();
    if (state === 'ok' && status.failover !== undefined) return byManager(vmid, status.failover);
    return failed(new PanelError('unknown_outcome', `the start of container ${vmid} ended, and it does not run`));
  }

  /** Whether it is stopped, and meant to be; done as well when it is gone. */
  async findStopped(vmid: number): Promise<Found<PowerTask, undefined>> {
    const container = await this.containers.find(vmid);
    if (container === undefined) return done();
    const wanted = this.managed ? await this.failover.wanted(vmid) : undefined;
    if (wanted === 'running') return absent;
    const status = await this.pve.status(container.node, vmid);
    if (status?.status === 'stopped') return done();
    if (wanted === 'stopped') return absent;
    for (const type of ['vzshutdown', 'vzstop']) {
      const task = await this.containers.activeTask(container.node, vmid, type);
      if (task !== undefined) return pending(task);
    }
    return absent;
  }

  /** Shuts it down, and stops it when that takes too long. */
  async stop(vmid: number): Promise<PowerTask> {
    const container = await this.containers.find(vmid);
    if (container === undefined) return null;
    demandUnlocked(container);
    if (this.managed && (await this.failover.order(vmid, 'stopped'))) return null;
    const path = `/nodes/${container.node}/lxc/${vmid}/status/shutdown`;
    return this.pve.startUnless(['not_running'], 'POST', path, { timeout: shutdownSeconds, forceStop: 1 });
  }

  async stopState(vmid: number, task: PowerTask): Promise<Polled<PowerTask, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    const container = await this.containers.find(vmid);
    if (container === undefined) return done();
    const status = await this.pve.status(container.node, vmid);
    if (status?.status === 'stopped') return done();
    if (typeof state === 'object' && state.condition !== 'not_running') return failed(state.error);
    if (status === undefined) return pending();
    if (state === 'ok' && status.failover !== undefined) return byManager(vmid, status.failover);
    return failed(new PanelError('unknown_outcome', `the shutdown of container ${vmid} ended, and it still runs`));
  }

  /** Undoes a stop; see `bringAbout`. */
  startAgain(vmid: number, last?: Json): Promise<void | Pending<Json>> {
    return bringAbout(
      this.pve,
      last,
      () => this.findStarted(vmid),
      () => this.start(vmid),
    );
  }

  /** Undoes a start; see `bringAbout`. */
  stopAgain(vmid: number, last?: Json): Promise<void | Pending<Json>> {
    return bringAbout(
      this.pve,
      last,
      () => this.findStopped(vmid),
      () => this.stop(vmid),
    );
  }
}

/** What the failover manager was told, it does in its own time, unless it has given up on the container. */
function byManager(vmid: number, state: string): Polled<PowerTask, undefined> {
  if (state !== 'error') return pending();
  return failed(
    new PanelError(
      'rejected',
      `the failover manager has given up on container ${vmid}; mend what it complains of, then set its state to "disabled" and try again`,
    ),
  );
}
