/** How one worker goes about its work. */
export interface EngineSettings {
  readonly leaseMs: number;
  /** Jobs one process works on at once. */
  readonly concurrency: number;
  /** How often a process looks for lost rings, dead workers and finished waits. */
  readonly sweepMs: number;
}

export const defaultEngineSettings: EngineSettings = { leaseMs: 10_000, concurrency: 200, sweepMs: 2_000 };

/** Calls with a bad or unknown outcome before the step fails. */
export const maxAttempts = 3;
/** Trouble with a provider or with the settings lasts this long before a person is asked. */
export const giveUpOnTroubleMs = 24 * 3_600_000;
/** A wait lasts this long by default before a person is asked. */
export const giveUpOnWaitMs = 3_600_000;
/** After a roll-back, claims whose outcome was ever unknown are looked for again this long after it ended. */
export const lookAgainAfterMs: readonly number[] = [60_000, 600_000, 3_600_000];
