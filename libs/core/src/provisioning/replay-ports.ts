import type { JsonObject, Operation, OperationShape, PanelError, SubOperation } from '@hostwright/sdk';
import type { Asker, ProgramComponent } from './job.js';
import type { LiveStep } from './live-step.js';
import type { OpenModule } from './module-host.js';
import type { Progress } from './progress.js';
import type { Timers } from './timers.js';

/** How the operation's functions came to rest. */
export type ReplayEnd =
  | { readonly kind: 'returned'; readonly outputs: ReadonlyMap<string, unknown> }
  /** Every open step waits. */
  | { readonly kind: 'resting' }
  /** A function refused, or failed in a way nobody planned for. */
  | { readonly kind: 'threw'; readonly error: unknown }
  /** The engine could not go on: a module that cannot be opened, a journal that cannot be written, a person who is needed. */
  | { readonly kind: 'broke'; readonly error: unknown };

/** What becomes of a step the function has come to. `rest`: it stays open for now. */
export type StepEnd =
  { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'error'; readonly error: unknown } | { readonly kind: 'rest' };

/** One component of the job, ready to be run. */
export interface ReadyComponent {
  readonly component: ProgramComponent;
  readonly operation: Operation<OperationShape>;
  readonly module: OpenModule;
  /** Arguments besides `ctx`, `step` and `skip`, secrets open; without what is wired to other components. */
  readonly input: JsonObject;
  /** Values of wired fields that are known already, secrets marked. */
  readonly given?: JsonObject;
}

/**
 * A module that is called, and what its function is given besides `ctx`, `step` and `skip`; or that there is nothing to do, or that the call
 * cannot be made.
 */
export type Connected =
  /** `asker`: who asks when that function asks other modules in its turn; left out, whoever asked for it. */
  | { readonly module: OpenModule; readonly input: JsonObject; readonly asker?: Asker }
  | { readonly needless: true }
  | { readonly error: PanelError };

export interface ReplayPorts {
  readonly progress: Progress;
  /** Opens the module that a call goes to. `outputs`: what components have returned. */
  connect(asker: Asker, sub: SubOperation<unknown>, outputs: ReadonlyMap<string, unknown>): Promise<Connected>;
  /** Does the step, or answers it from the journal. */
  perform(step: LiveStep): StepEnd | Promise<StepEnd>;
  /** How long a step that rests has to wait for its next look; undefined when it waits for something else. */
  restsFor(key: string): number | undefined;
  /** Its time has come. */
  comeDue(key: string): void;
  readonly timers: Timers;
  /** True when the parts of a finished operation of another module are come to as well, for their closures. */
  readonly everyPart?: boolean;
  /** Before and after the parts of a step that is another module's operation. */
  enter(step: Omit<LiveStep, 'module' | 'spec'>): Promise<StepEnd | undefined>;
  leave(step: Omit<LiveStep, 'module' | 'spec'>, output: unknown): Promise<StepEnd>;
  skip(step: Omit<LiveStep, 'module' | 'spec'>, reason: string): Promise<StepEnd>;
}
