import type { Usage } from '@hostwright/sdk';
import type { ClaimedLook } from '../looks/index.js';

/** Where usage is kept. */
export abstract class UsageStore {
  /**
   * Ends the look: what its server said is added to the services that live there, for all of them at once. What bears another owner
   * mark than its service's is left out, and so is a service whose thing is known to be missing.
   * Throws `conflict`, and changes nothing, when the look is somebody else's by now.
   */
  abstract record(look: ClaimedLook, usage: readonly Usage[], at: Date): Promise<void>;
  /** Removes daily rows older than `days`. */
  abstract forget(days: number, at: Date): Promise<void>;
}

export interface UsageDay {
  /** `2030-01-31`, of UTC. */
  readonly day: string;
  /** The last that was said on that day; null when nothing was. */
  readonly diskBytes: number | null;
  readonly memoryBytes: number | null;
  /** What was added on that day. */
  readonly trafficBytes: number;
}

export interface ComponentUsage {
  readonly component: string;
  readonly measuredAt: Date;
  readonly diskBytes: number | null;
  readonly memoryBytes: number | null;
  /** Since the service is there; never goes back. */
  readonly trafficBytes: number;
  /** Oldest first; a day on which nothing was measured is not there. */
  readonly days: readonly UsageDay[];
}

/** Usage as it is read. */
export abstract class UsageHistory {
  /**
   * One entry per component that was ever measured, each with the days from `from` to `to`, both included.
   * `ownedBy`: only a service of that customer's. Throws `not_found`.
   */
  abstract of(serviceId: string, from: string, to: string, ownedBy?: string): Promise<readonly ComponentUsage[]>;
}
