import { pending, type Found, type Json, type Pending } from '@hostwright/sdk';
import type { ProxmoxClient } from './client.js';

/**
 * Brings a state about for an undo, which is called with the task of before until it answers nothing.
 * Throws why the task failed, unless that passes by itself.
 */
export async function bringAbout(
  pve: ProxmoxClient,
  last: Json | undefined,
  find: () => Promise<Found<string | null, undefined>>,
  begin: () => Promise<string | null>,
): Promise<void | Pending<Json>> {
  const state = typeof last === 'string' ? await pve.task(last) : 'ok';
  if (state === 'running') return pending<Json>(last as string);
  const found = await find();
  if (found.state === 'done') return;
  if (typeof state === 'object' && state.error.code !== 'unavailable') throw state.error;
  return pending<Json>(found.state === 'pending' ? found.task : await begin());
}
