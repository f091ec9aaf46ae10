import { PanelError } from '@hostwright/sdk';
import type { FillRule } from './server.js';

/** An active server of a group, and how many services it holds. */
export interface Candidate {
  readonly id: string;
  /** null: no end. */
  readonly capacity: number | null;
  readonly used: number;
}

/**
 * The server for the next service; candidates come oldest first.
 * `least_full` compares the share in use, or the number where a candidate has no capacity; `fill` takes the first with room.
 * Throws `conflict` when none has room.
 */
export function chooseServer(candidates: readonly Candidate[], fill: FillRule): Candidate {
  const withRoom = candidates.filter(({ capacity, used }) => capacity === null || used < capacity);
  const first = withRoom[0];
  if (!first) throw new PanelError('conflict', 'no server has room');
  if (fill === 'fill') return first;
  const share = withRoom.every(({ capacity }) => capacity !== null);
  const fullness = ({ capacity, used }: Candidate): number => (share && capacity !== null ? used / capacity : used);
  return withRoom.reduce((best, candidate) => (fullness(candidate) < fullness(best) ? candidate : best), first);
}
