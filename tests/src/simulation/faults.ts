import type { SeededRandom } from './random.js';

/** What becomes of a call. What it says of `applied` is what really happened; what the caller learns stands beside it. */
export type Fault =
  | 'ok'
  | 'slow'
  /** Applied; answered with a server error. */
  | 'ghost success'
  /** Answered with a server error; applied some time later. */
  | 'late success'
  /** Not applied; answered with a server error. */
  | 'server error'
  /** Applied; no answer. */
  | 'lost reply'
  /** Not applied; no answer. */
  | 'lost request'
  /** Applied; the answer cannot be read. */
  | 'malformed'
  /** Not applied, and the caller knows: the connection was refused. */
  | 'refused'
  | 'too many requests'
  /** A definite no. */
  | 'rejected'
  /** A definite no, since something else is under way there. */
  | 'conflict'
  /** The extension stumbles before the call, or over its answer. */
  | 'bug before'
  | 'bug after';

export const changingFaults: Readonly<Record<Exclude<Fault, 'ok'>, number>> = {
  slow: 3,
  'ghost success': 3,
  'late success': 2.5,
  'server error': 2,
  'lost reply': 3,
  'lost request': 1.5,
  malformed: 2,
  refused: 2,
  'too many requests': 1,
  rejected: 1.2,
  conflict: 0.8,
  'bug before': 0.3,
  'bug after': 0.4,
};

const readingFaults: Readonly<Partial<Record<Fault, number>>> = {
  slow: 3,
  'server error': 3,
  'lost reply': 2,
  malformed: 1,
  refused: 2,
  'too many requests': 1,
  'bug before': 0.1,
};

export function drawFault(random: SeededRandom, rate: number, reads: boolean): Fault {
  if (!random.chance(rate)) return 'ok';
  return random.weighed((reads ? readingFaults : changingFaults) as Record<Fault, number>);
}

/** The longest that a call may be applied after its answer: within the last of the late looks. */
const latestMs = 3_000_000;

export function drawLateness(random: SeededRandom): number {
  return random.chance(0.7) ? random.between(1_000, 60_000) : random.between(60_000, latestMs);
}
