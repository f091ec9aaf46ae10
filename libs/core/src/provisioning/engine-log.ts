import type { JsonObject } from '@hostwright/sdk';

/** Where the engine and modules write. Secrets are masked behind it. */
export abstract class EngineLog {
  abstract info(message: string, details?: JsonObject): void;
  abstract warn(message: string, details?: JsonObject): void;
  abstract error(message: string, details?: JsonObject, cause?: unknown): void;
}

/** What happened, for the metrics. */
export abstract class EngineMeter {
  abstract stepEnded(step: { extension: string; name: string; outcome: string; seconds: number }): void;
  abstract turnEnded(outcome: string): void;
  abstract swept(jobs: number): void;
}
