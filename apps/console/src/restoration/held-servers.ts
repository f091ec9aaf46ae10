import type { Restoration, RestoredServer } from '../api/index.js';

/** Servers on which no job works and no order is placed yet. None once the panel was compared with all of them. */
export function heldServers({ state, servers }: Pick<Restoration, 'state' | 'servers'>): readonly RestoredServer[] {
  return state === 'comparing' ? servers.filter((server) => server.state === 'held') : [];
}

/** Why it is still held: it comes up by itself, or it cannot be looked at. */
export function whyHeld({ lookError }: Pick<RestoredServer, 'lookError'>): string {
  return lookError === null ? 'has not been looked at yet' : `cannot be looked at: ${lookError}`;
}
