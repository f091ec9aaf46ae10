import type { Ctx } from './context.js';
import type { Reservations, ReservedOf } from './reservations.js';
import type { Skip, Step } from './step.js';

/** The service an operation works on. */
export interface ServiceFacts {
  /** The panel's id, digits. */
  readonly id: string;
}

/** What an operation of one kind is given and answers. Filled in by `defineProvisioning`, `defineDns` and the like. */
export interface OperationShape {
  readonly input: object;
  readonly output: unknown;
}

export type OperationArguments<Shape extends OperationShape, R extends Reservations, Names extends string> = Shape['input'] & {
  readonly ctx: Ctx;
  readonly service: ServiceFacts;
  readonly reserved: ReservedOf<R>;
  readonly step: Step<Names>;
  readonly skip: Skip<Names>;
};

/** What happens after a final failure: undo everything, or keep what there is for a person to mend. */
export type OnFailure = 'roll back' | 'keep';

/** Who is asked when what was ordered is refused for good: staff, or nobody but whoever ordered, whose order is then withdrawn. */
export type OnRefusal = 'ask staff' | 'withdraw';

export interface OperationSpec<Shape extends OperationShape, R extends Reservations, Names extends string> {
  /** Taken by core in the transaction that makes the job, all of them or none. */
  readonly reserve?: R;
  /** Every step's name, in the order the progress list shows. */
  readonly steps: readonly Names[];
  /** Default: `roll back` for `create`, `addDomain`, `changePassword` and actions, `keep` for the rest. A call of another module goes the way of the job it is part of. */
  readonly onFailure?: OnFailure;
  /**
   * Of a create that ends with `invalid_input`, `conflict` or `not_found`, everything undone. `withdraw`: the service is cancelled, and only
   * whoever ordered it hears why, because they alone can mend it. Default: `ask staff`.
   */
  readonly onRefusal?: OnRefusal;
  /** Replayed from the top after a crash or a wait, so there is only pure code between steps. */
  run(args: OperationArguments<Shape, R, Names>): Promise<Shape['output']>;
}

export interface Operation<Shape extends OperationShape> {
  readonly reserve: Reservations;
  readonly steps: readonly string[];
  readonly onFailure: OnFailure | undefined;
  readonly onRefusal?: OnRefusal | undefined;
  // A method, so that operations of different shapes can stand in one list.
  run(args: OperationArguments<Shape, Reservations, string>): Promise<Shape['output']>;
}

/** An async function made of named steps. */
export function operation<
  Shape extends OperationShape,
  const R extends Reservations = Record<never, never>,
  const Names extends string = string,
>(spec: OperationSpec<Shape, R, Names>): Operation<Shape> {
  return {
    reserve: spec.reserve ?? {},
    steps: spec.steps,
    onFailure: spec.onFailure,
    onRefusal: spec.onRefusal,
    run: (args) => spec.run(args as unknown as OperationArguments<Shape, R, Names>),
  };
}
