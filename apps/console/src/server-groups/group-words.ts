import type { Server, ServerGroup } from '../api/index.js';

type Fill = ServerGroup['fill'];

export const fillLabels: Readonly<Record<Fill, string>> = {
  least_full: 'Least full: the server with most room is next',
  fill: 'Fill: the first server until it is full, then the next',
};

/** Services on a server, or on several, and how many there may be; null: no limit. */
export type Fullness = Pick<Server, 'used' | 'capacity'>;

/** `3 of 5`; what has no limit is so many. */
export function fullText({ used, capacity }: Fullness): string {
  return capacity === null ? `${used}, no limit` : `${used} of ${capacity}`;
}

/** Percent in use. A server may hold more than it may since its limit was lowered. Undefined where there is no limit. */
export function fullPercent({ used, capacity }: Fullness): number | undefined {
  return capacity === null ? undefined : Math.min(100, Math.round((used / capacity) * 100));
}

/** Servers as one. Without a limit as soon as one of them has none. */
export function fullnessOf(servers: readonly Fullness[]): Fullness {
  return {
    used: servers.reduce((sum, { used }) => sum + used, 0),
    capacity: servers.reduce<number | null>((sum, { capacity }) => (sum === null || capacity === null ? null : sum + capacity), 0),
  };
}

/** What there is to say of where the next service goes; undefined where it goes without saying. */
export function roomTrouble(servers: readonly (Fullness & Pick<Server, 'state'>)[]): string | undefined {
  if (servers.length === 0) return 'No server belongs to it: what is placed on it cannot be ordered.';
  const taking = servers.filter(({ state }) => state === 'active');
  if (taking.length === 0) return 'None of its servers takes new services: what is placed on it cannot be ordered.';
  if (taking.every(({ used, capacity }) => capacity !== null && used >= capacity)) {
    return 'Every server of it that takes new services is full: what is placed on it cannot be ordered.';
  }
  return undefined;
}
