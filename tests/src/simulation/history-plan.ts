import type { SeededRandom } from './random.js';
import { drawProduct, type ProductPlan } from './product-plan.js';

/** What a seed decides before anything happens. */
export interface HistoryPlan {
  readonly product: ProductPlan;
  readonly services: number;
  readonly processes: number;
  /** How long things go wrong. */
  readonly chaosMs: number;
  readonly leaseMs: number;
  readonly sweepMs: number;
  readonly concurrency: number;
  /** Per event that enters a process. */
  readonly crashRate: number;
  readonly pauseRate: number;
  readonly stopRate: number;
  /** Per call of a provider. */
  readonly faultRate: number;
  /** Per statement of the journal. */
  readonly journalFaultRate: number;
  readonly ringLossRate: number;
  /** How many operations a customer asks for after the order. */
  readonly requests: number;
  readonly staffActs: boolean;
  /** Whether staff go on deciding after the faults have stopped. */
  readonly diligent: boolean;
  readonly cap: number;
  readonly waitScale: number;
}

export function drawHistory(random: SeededRandom): HistoryPlan {
  const calm = random.chance(0.1);
  const long = random.chance(0.15);
  return {
    product: drawProduct(random.fork()),
    services: random.pick([1, 1, 1, 2, 3]),
    processes: random.pick([1, 1, 2, 2, 3]),
    chaosMs: long ? random.between(600_000, 5_400_000) : random.between(15_000, 150_000),
    leaseMs: long ? 60_000 : 10_000,
    sweepMs: long ? 30_000 : random.pick([2_000, 2_000, 5_000]),
    concurrency: random.pick([1, 2, 50]),
    crashRate: calm ? 0 : random.pick([0, 0.002, 0.005, 0.01, 0.02]),
    pauseRate: calm ? 0 : random.pick([0, 0, 0.001, 0.004]),
    stopRate: calm ? 0 : random.pick([0, 0, 0.001]),
    faultRate: calm ? 0 : random.pick([0, 0.05, 0.15, 0.3, 0.5]),
    journalFaultRate: calm ? 0 : random.pick([0, 0, 0.01, 0.04]),
    ringLossRate: random.pick([0, 0.3, 1]),
    requests: random.pick([0, 1, 2, 3, 4]),
    staffActs: random.chance(0.7),
    diligent: random.chance(0.5),
    cap: random.between(1, 3),
    waitScale: 1,
  };
}
