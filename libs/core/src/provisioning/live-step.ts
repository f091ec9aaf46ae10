import type { Found, Json, Pending, Polled, Strength, Troubled } from '@hostwright/sdk';
import type { StepPlace } from './job-ledger.js';
import type { OpenModule } from './module-host.js';

/** What an author may give to `step`, seen without its types. */
export interface StepSpec {
  readonly strength?: Strength;
  readonly claim?: Json;
  readonly switches?: true;
  readonly permit?: string;
  readonly says?: string;
  readonly advice?: string;
  readonly giveUpAfterMs?: number;
  find?(claim: Json | undefined): Promise<Found<Json, unknown>>;
  run?(claim: Json | undefined): Promise<unknown>;
  until?(task: Json | undefined): Promise<Polled<Json | undefined, unknown>>;
  untilMany?(tasks: readonly (Json | undefined)[]): Promise<readonly (Polled<Json | undefined, unknown> | Troubled)[]>;
  undo?(output: unknown, claim: Json | undefined, task?: Json): Promise<void | Pending<Json>>;
  remains?(output: unknown): string | undefined;
  sweep?(claim: Json | undefined, keep: unknown): Promise<void>;
  fits?(output: Json): boolean;
}

/** A step the operation's function has come to, with the closures it gave. */
export interface LiveStep extends StepPlace {
  readonly spec: StepSpec;
  readonly module: OpenModule;
  /** Name of the step as declared, for the metrics. */
  readonly name: string;
}
