import { pending, type Ctx, type Json, type Pending } from '@hostwright/sdk';
import { ProxmoxClient } from './client.js';
import type { ServerConfig } from './config.js';
import { Containers } from './containers.js';
import { Power } from './power.js';

const removalAttempts = 3;

/** How far an undo is: the task it waits for, and how many have failed. */
interface Removal {
  readonly upid: string | null;
  readonly attempts: number;
}

/**
 * Takes one container of ours away, step by step: each call looks where it stands and does the next thing. For undo, which is
 * called with the task of before until it answers nothing. A task that fails is tried three times, and one that was refused for now as
 * often as it takes.
 */
export async function removeContainer(ctx: Ctx, server: ServerConfig, vmid: number, last?: Json): Promise<void | Pending<Json>> {
  const pve = new ProxmoxClient(ctx, server);
  const containers = new Containers(ctx, server);
  // Whatever was registered for failover after the container was made is taken back before it.
  const power = new Power(ctx, server, false);
  const before = removalOf(last);
  const state = before.upid === null ? 'ok' : await pve.task(before.upid);
  if (state === 'running') return pending<Json>({ ...before });
  const created = await containers.findCreated(vmid);
  if (created.state === 'absent') return;
  const failed = typeof state === 'object' && state.error.code !== 'unavailable';
  const attempts = before.attempts + (failed ? 1 : 0);
  if (failed && attempts >= removalAttempts) throw state.error;
  const next = (upid: string | null): Pending<Json> => pending<Json>({ upid, attempts });
  if (created.state === 'pending') return next(created.task);
  const stopped = await power.findStopped(vmid);
  if (stopped.state !== 'done') return next(stopped.state === 'pending' ? stopped.task : await power.stop(vmid));
  const destroyed = await containers.findDestroyed(vmid);
  if (destroyed.state === 'done') return;
  return next(destroyed.state === 'pending' ? destroyed.task : await containers.destroy(vmid));
}

function removalOf(task: Json | undefined): Removal {
  const { upid, attempts } = (task ?? {}) as Partial<Removal>;
  return { upid: typeof upid === 'string' ? upid : null, attempts: typeof attempts === 'number' ? attempts : 0 };
}
