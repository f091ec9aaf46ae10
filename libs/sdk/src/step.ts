import type { Json } from './json.js';
import type { PanelError } from './errors.js';

/** There is no such thing at the provider. */
export interface Absent {
  readonly state: 'absent';
}
/** It is being made, or the wait is not over. `task` is what `until` is given. */
export interface Pending<Task> {
  readonly state: 'pending';
  readonly task: Task;
  /** When to look again. Default: 1 s after the first look, then growing to 10 s. */
  readonly afterMs?: number;
}
/** It is there and ours. */
export interface Done<Output> {
  readonly state: 'done';
  readonly output: Output;
}
/** It ended, and not well: a definite answer. */
export interface Failed {
  readonly state: 'failed';
  readonly error: PanelError;
}

/** Looking at one of many did not work, as if its own `until` had thrown that error. The others are not affected. */
export interface Troubled {
  readonly state: 'troubled';
  readonly error: PanelError;
}

export const absent: Absent = { state: 'absent' };
export function pending(): Pending<undefined>;
export function pending<Task>(task: Task, afterMs?: number): Pending<Task>;
export function pending<Task>(task?: Task, afterMs?: number): Pending<Task | undefined> {
  return afterMs === undefined ? { state: 'pending', task } : { state: 'pending', task, afterMs };
}
export function done(): Done<undefined>;
export function done<Output>(output: Output): Done<Output>;
export function done<Output>(output?: Output): Done<Output | undefined> {
  return { state: 'done', output };
}
export function failed(error: PanelError): Failed {
  return { state: 'failed', error };
}
export function troubled(error: PanelError): Troubled {
  return { state: 'troubled', error };
}

/** What `find` answers. Something that bears another's mark is not an answer: throw `not_owned`. */
export type Found<Task, Output> = Absent | Pending<Task> | Done<Output>;
/** What `until` answers. `pending()` without a task keeps the task of before. */
export type Polled<Task, Output> = Pending<Task | undefined> | Done<Output> | Failed;

/**
 * How the provider protects us from doing a thing twice:
 * - `unique`: it refuses a second one with the same claim
 * - `tagged`: it would make a second one, but all of them can be listed by our mark
 * - `blind`: neither; after an unknown outcome a person decides
 */
export type Strength = 'unique' | 'tagged' | 'blind';

interface StepCommon<Claim, Task, Output> {
  /** Ours, committed before the call: a reserved id, or a name with the owner mark in it. */
  readonly claim?: Claim;
  /** Asks the provider for the claim. Called before every `run`, and after every unknown outcome. */
  find?(claim: Claim): Promise<Found<Task, Output>>;
  /**
   * Reverses the step. May be called twice: already gone counts as done. Destroys only what bears our owner mark.
   * Answers `pending(task)` when the provider takes its time; it is then called again with that task.
   */
  undo?(output: Output, claim: Claim, task?: Json): Promise<void | Pending<Json>>;
  /**
   * What stays although the step is undone, such as money that the provider has charged: a sentence for staff, who are told once it is
   * undone. Nothing: all of it goes. Pure; holds no secret.
   */
  remains?(output: Output): string | undefined;
  /**
   * True: it brings something that is there before and after into a state, such as running or stopped, and its opposite may be a step too.
   * What is found once the job is over may be the work of that opposite, so it is not looked for then and taken back; the reconciler
   * tells of what took effect later than anybody waited.
   */
  readonly switches?: true;
  /** Which of the module's `permits` the step holds from its intent to its end, waits included. */
  readonly permit?: string;
  /** A sentence for whoever watches, when it begins: such as what he has to do himself for the wait to end. Holds no secret. */
  readonly says?: string;
  /** What a person is to look at, and to do, who is asked because the step can go no further: for staff. Holds no secret. */
  readonly advice?: string;
  /** For a whole wait. Default 1 h; then the outcome is unknown and a person is asked. */
  readonly giveUpAfterMs?: number;
  /**
   * Whether an output journaled by another version of this extension can still be used. Without it, it is used.
   */
  fits?(output: Json): boolean;
}

interface Strong<Claim, Output> {
  readonly strength?: Strength;
  /**
   * With `tagged`: removes every thing that bears our mark for this claim except the one kept. Called before the job ends and
   * some time after it, whenever the outcome of a call was ever unknown.
   */
  sweep?(claim: Claim, keep: Output | undefined): Promise<void>;
}

/** A call whose answer is the result. */
export interface CallStep<Claim, Output> extends StepCommon<Claim, undefined, Output>, Strong<Claim, Output> {
  run(claim: Claim): Promise<Output>;
  readonly until?: undefined;
}

/** A call that starts something, and the wait for it. */
export interface TaskStep<Claim, Task, Output> extends StepCommon<Claim, Task, Output>, Strong<Claim, Output> {
  /** Starts it and answers the provider's handle, which is recorded. Nothing (`undefined`, `null`) is a handle too. */
  run(claim: Claim): Promise<Task>;
  /** Looks once, at once. Called again and again, parked in the database in between. */
  until(task: Task): Promise<Polled<Task, Output>>;
  /**
   * The same for many waits on the same server at once, where the provider can list them: same order, same length.
   * Used instead of `until` whenever several are due together. What it throws is trouble for all of them; `troubled(error)` for one alone.
   */
  untilMany?(tasks: readonly Task[]): Promise<readonly (Polled<Task, Output> | Troubled)[]>;
}

/** A pure wait. */
export interface WaitStep<Claim, Output> extends StepCommon<Claim, undefined, Output> {
  readonly run?: undefined;
  until(): Promise<Polled<undefined, Output>>;
}

/** A step's name as declared; a pair of name and key when it is repeated, `['remove domain', domain]`. */
export type StepName<Names extends string> = Names | readonly [Names, string];

/** What a call of a connected module answers: not yet made, to be given to `step`. */
export interface SubOperation<Output> {
  readonly kind: string;
  readonly operation: string;
  readonly input: Json;
  /** Carries the type only; never present. */
  readonly output?: Output;
}

/**
 * Runs one named step, once, whatever happens: a finished step answers from the journal.
 * The promise is rejected only by a definite failure; while the step waits it stays open.
 */
export interface Step<Names extends string> {
  <Output extends Json | undefined | void>(name: StepName<Names>, sub: SubOperation<Output>): Promise<Output>;
  <Claim extends Json | undefined, Task extends Json | undefined, Output>(
    name: StepName<Names>,
    spec: TaskStep<Claim, Task, Output>,
  ): Promise<Output>;
  <Claim extends Json | undefined, Output>(name: StepName<Names>, spec: CallStep<Claim, Output>): Promise<Output>;
  <Claim extends Json | undefined, Output>(name: StepName<Names>, spec: WaitStep<Claim, Output>): Promise<Output>;
}

/** Marks a declared step as not needed this time, with the reason that the progress list shows. */
export type Skip<Names extends string> = (name: StepName<Names>, reason: string) => void;
