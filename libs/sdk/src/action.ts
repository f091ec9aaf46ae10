import type { Audience, Fields, ValuesOf } from './fields.js';
import type { Json, JsonObject } from './json.js';
import { operation, type Operation, type OperationArguments, type OperationShape, type OperationSpec } from './operation.js';
import type { Reservations } from './reservations.js';

/** In which states of the service it may be pressed. */
export type ActionState = 'active' | 'suspended';

/** What an action leaves on the service besides its answer. Made by `leaving`. */
export interface Leaving {
  readonly $leaves: JsonObject;
  readonly answer?: Json;
}

/**
 * For an action that changes properties of the service: those that are others now, secrets marked, and the answer the asker is told.
 */
export function leaving(properties: JsonObject, answer?: Json): Leaving {
  return answer === undefined ? { $leaves: properties } : { $leaves: properties, answer };
}

/** What an action is given besides what every operation of a delivered service is, and what it answers: plain JSON without secrets. */
export interface ActionShape<Later extends OperationShape, Input extends Fields> {
  readonly input: Later['input'] & { readonly input: ValuesOf<Input> };
  readonly output: Json | Leaving | undefined | void;
}

export interface ActionSpec<Later extends OperationShape, Input extends Fields, R extends Reservations, Names extends string> extends Omit<
  OperationSpec<ActionShape<Later, Input>, R, Names>,
  'run'
> {
  /** What stands on the button. */
  readonly label: string;
  /** Asked when it is pressed. Default: nothing. */
  readonly input?: Input;
  /** For what takes something away: said before it is done, and has to be agreed to. Example: `What was written since is lost.` */
  readonly confirm?: string;
  /** Who is shown it and may press it; what customers may, staff may too. Default: `staff`. */
  readonly shownTo?: Audience;
  /** Default: only an `active` service. */
  readonly when?: readonly ActionState[];
  /**
   * True: it changes nothing, and its steps are calls with a `run` alone. It may then be asked beside whatever is under way for the service
   * and is answered at once, without a job.
   */
  readonly reads?: true;
  /**
   * An answer whose `state` is `running` or `stopped` says how it has left the account: one that was stopped by its owner is then not taken
   * for one that has fallen over.
   */
  run(args: OperationArguments<ActionShape<Later, Input>, R, Names>): Promise<Json | Leaving | undefined | void>;
}

/** A button of the module's own: an operation whose name is the module's, and whose answer is the job's result. */
export interface Action<Later extends OperationShape = OperationShape> extends Operation<ActionShape<Later, Fields>> {
  readonly label: string;
  readonly input: Fields;
  readonly confirm?: string;
  readonly shownTo: Audience;
  readonly when: readonly ActionState[];
  readonly reads?: true | undefined;
}

/**
 * Declares a button of the module's own. What it does is journaled as every operation is. A failure that is the asker's, `conflict`,
 * `invalid_input` or `not_found`, is told to the asker alone; any other is a task for staff too.
 */
export function action<
  Later extends OperationShape,
  const Input extends Fields = Record<never, never>,
  const R extends Reservations = Record<never, never>,
  const Names extends string = string,
>({ label, input, confirm, shownTo = 'staff', when = ['active'], reads, ...spec }: ActionSpec<Later, Input, R, Names>): Action<Later> {
  return {
    ...operation<ActionShape<Later, Input>, R, Names>(spec),
    label,
    input: input ?? {},
    confirm,
    shownTo,
    when,
    reads,
  } as Action<Later>;
}
