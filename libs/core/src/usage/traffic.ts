/** How a service's traffic stood at the last reading. */
export interface TrafficBefore {
  readonly totalBytes: bigint;
  /** What the provider's counter said; null when it said nothing. */
  readonly counter: bigint | null;
  /** The counter is the same: not of another server, another remote id or, where it restarts at set times, another time. */
  readonly sameThing: boolean;
}

export interface TrafficNow {
  readonly totalBytes: bigint;
  readonly addedBytes: bigint;
}

/**
 * A total that never goes back, from a counter that restarts with the machine. A smaller value than before means that it did, so all of
 * it is new; so is all of what another thing counts, and what is counted when nothing was known before.
 */
export function addReading(before: TrafficBefore | undefined, counter: bigint): TrafficNow {
  const from = before?.sameThing && before.counter !== null && counter >= before.counter ? before.counter : 0n;
  const addedBytes = counter - from;
  return { totalBytes: (before?.totalBytes ?? 0n) + addedBytes, addedBytes };
}
