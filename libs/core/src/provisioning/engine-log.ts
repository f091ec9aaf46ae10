import type { JsonObject } from '@hostwright/sdk';

/** Where the engine and modules write. Secrets are masked behind it. */
export abstract class EngineLog {
  abstract info(message: string, details?: JsonObject): void;
  abstract warn(message: string, details?: JsonObject): void;
  abstract error(message: string, details?: JsonObject, cause?: unknown): void;
}

/** A step as the metrics know it: by its declared name, so that there are only so many. */
export interface MeteredStep {
  readonly extension: string;
  readonly name: string;
}

/** What happened, for the metrics. It is told, never waited for, and whatever it does with it throws nothing. */
export abstract class EngineMeter {
  /** Begins to measure; answers the seconds since then, as often as it is asked. The engine has no clock of its own. */
  abstract stopwatch(): () => number;
  /** A job came to its end; when it was asked for and taken up is in the tables. */
  abstract jobEnded(job: { readonly id: string; readonly operation: string; readonly outcome: string }): void;
  abstract stepEnded(step: MeteredStep & { readonly outcome: string; readonly seconds: number }): void;
  /** A call into a module did not answer as it should. `during`: a look changes nothing, a call does, and the end is that of a task; `verdict`: see `judge`. */
  abstract callFailed(step: MeteredStep & { readonly during: string; readonly verdict: string }): void;
  /** A step that failed is tried again. */
  abstract stepRetried(step: MeteredStep): void;
  abstract turnEnded(outcome: string): void;
  /** One sweep: the jobs it found due, and how long it took. */
  abstract swept(jobs: number, seconds: number): void;
  /** The worker's lease ran out before it was renewed. */
  abstract leaseLost(): void;
  /** One statement of the journal, with the writes that share it. */
  abstract journalWritten(writes: number): void;
}

/** Where nobody asks. */
export class SilentMeter extends EngineMeter {
  stopwatch(): () => number {
    return () => 0;
  }
  jobEnded(): void {}
  stepEnded(): void {}
  callFailed(): void {}
  stepRetried(): void {}
  turnEnded(): void {}
  swept(): void {}
  leaseLost(): void {}
  journalWritten(): void {}
}
