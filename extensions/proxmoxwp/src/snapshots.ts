import { absent, done, failed, PanelError, pending, type Ctx, type Found, type Json, type Pending, type Polled } from '@hostwright/sdk';
import type { Snapshot } from './answers.js';
import { backupsOf } from './backups.js';
import { bringAbout } from './bring-about.js';
import { ProxmoxClient } from './client.js';
import type { ServerConfig } from './config.js';
import { Containers } from './containers.js';

/** Snapshots of containers that bear our mark. */
export class Snapshots {
  private readonly pve: ProxmoxClient;
  private readonly containers: Containers;

  constructor(ctx: Ctx, server: ServerConfig) {
    this.pve = new ProxmoxClient(ctx, server);
    this.containers = new Containers(ctx, server);
  }

  /** Those there are, half-made ones included, in no order. */
  async list(vmid: number): Promise<readonly Snapshot[]> {
    const { node } = await this.containers.get(vmid);
    // The list ends with a row for the present.
    return (await this.pve.snapshots(node, vmid)).filter(({ name }) => name !== 'current');
  }

  /** Throws: `not_found` when there is none of that name; `conflict` while it is being made or removed. */
  async demand(vmid: number, name: string): Promise<void> {
    const found = (await this.list(vmid)).find((each) => each.name === name);
    if (found === undefined) throw new PanelError('not_found', `there is no snapshot ${name} of this site`);
    if (found.state !== undefined) throw new PanelError('conflict', `snapshot ${name} is not complete`);
  }

  /** Whether it has that snapshot, complete. */
  async findMade(vmid: number, name: string): Promise<Found<string | null, undefined>> {
    const container = await this.containers.find(vmid);
    if (container === undefined) return absent;
    const { node, config } = container;
    const found = (await this.pve.snapshots(node, vmid)).find((each) => each.name === name);
    if (found !== undefined && found.state === undefined) return done();
    const task = await this.containers.activeTask(node, vmid, 'vzsnapshot');
    if (task !== undefined) return pending(task);
    if (found !== undefined || config.lock === 'snapshot') {
      throw new PanelError('unknown_outcome', `snapshot ${name} of container ${vmid} was begun and is no longer at work`);
    }
    return absent;
  }

  async make(vmid: number, name: string, description: string): Promise<string> {
    const { node } = await this.containers.getUnlocked(vmid);
    return this.pve.start('POST', `/nodes/${node}/lxc/${vmid}/snapshot`, { snapname: name, description });
  }

  async makeState(vmid: number, name: string, task: string | null): Promise<Polled<string | null, undefined>> {
    const state = typeof task === 'string' ? await this.pve.task(task) : 'ok';
    if (state === 'running') return pending();
    if (typeof state === 'object' && state.condition !== 'snapshot_exists') return failed(state.error);
    const found = await this.findMade(vmid, name);
    if (found.state !== 'absent') return found;
    return failed(new PanelError('unknown_outcome', `the snapshot of container ${vmid} ended, and it is not listed`));
  }

  /** Undoes the making; see `bringAbout`. */
  removeAgain(vmid: number, name: string, last?: Json): Promise<void | Pending<Json>> {
    return bringAbout(
      this.pve,
      last,
      () => this.findRemoved(vmid, name),
      () => this.remove(vmid, name),
    );
  }

  /** Whether there is no snapshot of that name; done as well when the container is gone. */
  async findRemoved(vmid: number, name: string): Promise<Found<string, undefined>> {
    const container = await this.containers.find(vmid);
    if (container === undefined) return done();
    const { node } = container;
    if (!(await this.pve.snapshots(node, vmid)).some((each) => each.name === name)) return done();
    const task = await this.containers.activeTask(node, vmid, 'vzdelsnapshot');
    return task === undefined ? absent : pending(task);
  }

  async remove(vmid: number, name: string): Promise<string> {
    const { node } = await this.containers.getUnlocked(vmid);
    return this.pve.start('DELETE', `/nodes/${node}/lxc/${vmid}/snapshot/${name}`);
  }

  async removeState(vmid: number, name: string, task: string): Promise<Polled<string, undefined>> {
    const state = await this.pve.task(task);
    if (state === 'running') return pending();
    const found = await this.findRemoved(vmid, name);
    if (found.state !== 'absent') return found;
    if (typeof state === 'object') return failed(state.error);
    return failed(new PanelError('unknown_outcome', `the removal of snapshot ${name} ended, and it is still listed`));
  }

  /** Whether going back is under way. What is done cannot be told from what was not begun, so it is only ever done on a stopped container. */
  async findRollback(vmid: number): Promise<Found<string, undefined>> {
    const container = await this.containers.find(vmid);
    // As it is when its service has ended meanwhile.
    if (container === undefined) return absent;
    const task = await this.containers.activeTask(container.node, vmid, 'vzrollback');
    return task === undefined ? absent : pending(task);
  }

  /** Goes back to a snapshot, where the storage can. The container must be stopped, and stays so: then doing it twice is the same as once. */
  async rollBack(vmid: number, name: string): Promise<string> {
    const { node } = await this.containers.getUnlocked(vmid);
    const status = await this.pve.status(node, vmid);
    if (status === undefined) throw new PanelError('unavailable', `container ${vmid} has just moved`);
    if (status.status !== 'stopped') throw new PanelError('conflict', 'the site was started by somebody while it was to go back');
    return this.pve.start('POST', `/nodes/${node}/lxc/${vmid}/snapshot/${name}/rollback`);
  }

  async rollbackState(vmid: number, name: string, task: string): Promise<Polled<string, undefined>> {
    const state = await this.pve.task(task);
    if (state === 'running') return pending();
    if (state === 'ok') return done();
    if (state === 'unknown') return failed(new PanelError('unknown_outcome', `the way back of container ${vmid} vanished`));
    return failed(state.condition === 'snapshot_not_latest' ? await this.notLatest(vmid, name, state.error) : state.error);
  }

  /**
   * Why a storage that goes back to the latest snapshot only did not go back to this one, for the customer when only backups came after
   * it: those he can delete. Anything else that is in the way is for staff.
   */
  private async notLatest(vmid: number, name: string, refused: PanelError): Promise<PanelError> {
    const later = madeAfter(name, await this.list(vmid));
    const backups = backupsOf(later).map((backup) => backup.name);
    if (backups.length === 0 || backups.length < later.length) return refused;
    const message = `this site can go back to the latest state that was kept only; delete what came after it first: ${backups.join(', ')}`;
    return new PanelError('conflict', message, { cause: refused });
  }
}

/** The snapshots that were made on top of that one, others in between or not. */
function madeAfter(name: string, all: readonly Snapshot[]): readonly Snapshot[] {
  const found = new Set([name]);
  // Each name that is found is looked at in its turn.
  for (const each of found) for (const one of all) if (one.parent === each) found.add(one.name);
  return all.filter((one) => one.name !== name && found.has(one.name));
}
