import { isPanelError, type Found, type Json, type Pending, type Polled, type Strength, type Troubled } from '@hostwright/sdk';

/** A step as it is called, its own types forgotten. */
export interface AnyStep {
  readonly strength?: Strength;
  readonly claim?: Json;
  find?(claim: Json | undefined): Promise<Found<unknown, unknown>>;
  run?(claim: Json | undefined): Promise<unknown>;
  until?(task: Json | undefined): Promise<Polled<unknown, unknown>>;
  untilMany?(tasks: readonly (Json | undefined)[]): Promise<readonly (Polled<unknown, unknown> | Troubled)[]>;
  undo?(output: unknown, claim: Json | undefined, task?: Json): Promise<void | Pending<Json>>;
  remains?(output: unknown): string | undefined;
  sweep?(claim: Json | undefined, keep: unknown): Promise<void>;
  fits?(output: Json): boolean;
}

/** How patient a run is. */
export interface Patience {
  /** How often a step is tried in all after trouble that may pass. */
  readonly attempts: number;
  readonly pauseMs: number;
}

/** True for trouble that may pass: nobody knows what happened, or certainly nothing did. */
export function mayPass(error: unknown): boolean {
  return isPanelError(error) && ['unknown_outcome', 'unavailable', 'too_many_requests'].includes(error.code);
}

export function pause({ pauseMs }: Patience): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}
