import type { Server } from '../api/index.js';

/** What a form asks of a server beside its settings, as it is typed. */
export interface FilledPlace {
  readonly name: string;
  /** Empty: none. */
  readonly serverGroupId: string;
  /** Empty: no limit. */
  readonly capacity: string;
}

export const emptyPlace: FilledPlace = { name: '', serverGroupId: '', capacity: '' };

export const placeOf = ({ name, serverGroupId, capacity }: Pick<Server, 'name' | 'serverGroupId' | 'capacity'>): FilledPlace => ({
  name,
  serverGroupId: serverGroupId ?? '',
  capacity: capacity === null ? '' : String(capacity),
});

/** What is wrong with a limit as it is typed. Nothing else than a number may be sent as one: null would take the limit away. */
export function capacityFault(typed: string): string | undefined {
  const text = typed.trim();
  return text === '' || (/^\d{1,7}$/.test(text) && Number(text) >= 1 && Number(text) <= 1_000_000)
    ? undefined
    : 'Must be a whole number from 1 to 1000000, or empty.';
}

export const isPlaceFilled = ({ name, capacity }: FilledPlace): boolean => name.trim() !== '' && capacityFault(capacity) === undefined;

interface Place {
  readonly name: string;
  readonly serverGroupId: string | null;
  readonly capacity: number | null;
}

/** As the panel takes it. */
export function placeIn({ name, serverGroupId, capacity }: FilledPlace): Place {
  return {
    name: name.trim(),
    serverGroupId: serverGroupId === '' ? null : serverGroupId,
    capacity: capacity.trim() === '' ? null : Number(capacity.trim()),
  };
}

/** What was changed of it; nothing else is sent, since somebody else may have changed the rest. */
export function changedPlace(before: Place, filled: FilledPlace): Partial<Place> {
  const after = placeIn(filled);
  return {
    ...(after.name !== before.name && { name: after.name }),
    ...(after.serverGroupId !== before.serverGroupId && { serverGroupId: after.serverGroupId }),
    ...(after.capacity !== before.capacity && { capacity: after.capacity }),
  };
}
