import type { Ctx, Json, JsonObject, ProvisioningModule, Secret, SubOperation } from '@hostwright/sdk';
import type { InspectedSandbox } from '../http/index.js';
import type { SandboxCall } from '../sandbox.js';

/** One thing done with a service. */
export interface LifeStep {
  /** An operation of the module, such as `suspend`, or the name of one of its actions. */
  readonly operation: string;
  /** With an action that asks for something. */
  readonly input?: JsonObject;
  /** With `changePackage`: the settings that the service gets. */
  readonly product?: JsonObject;
}

/** A module and a service's life, to be played again and again. */
export interface ConformanceCase {
  // The types of one module are its own business; here it is data.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly module: ProvisioningModule<any, any, any, any>;
  /** A fresh sandbox. Fast: a whole life is played for every fault. */
  start(): Promise<InspectedSandbox>;
  /** A `ctx` for the settings of that sandbox's server. Its deadline is what a provider that stays silent costs, and its clock stands still. */
  ctx(server: JsonObject): Ctx;
  readonly order: JsonObject;
  /** What core would have reserved for the service. Default: nothing. */
  readonly reserved?: Readonly<Record<string, string | number | Secret>>;
  /** What happens between create and terminate. Every operation and every action that the module has comes at least once. */
  readonly life: readonly LifeStep[];
  /** What a connected module answers, by what it is asked. Default: nothing. */
  answer?(call: SubOperation<unknown>): Json | undefined;
  /** Whether a call changes something at the provider. Default: all but GET and HEAD. */
  changes?(call: SandboxCall): boolean;
}

export function changesSomething(conformance: ConformanceCase, call: SandboxCall): boolean {
  return conformance.changes?.(call) ?? !['GET', 'HEAD'].includes(call.method);
}

/** The whole life, from the first operation to the last. */
export function wholeLife({ life }: ConformanceCase): readonly LifeStep[] {
  return [{ operation: 'create' }, ...life, { operation: 'terminate' }];
}

const verbs = ['suspend', 'unsuspend', 'changePackage', 'changePassword', 'renew'] as const;

/** Every operation and action that the module has, but create and terminate. */
export function operationsOf({ module }: ConformanceCase): readonly string[] {
  return [...verbs.filter((verb) => module[verb] !== undefined), ...Object.keys(module.actions ?? {})];
}

/** True for a verb: what it answers are properties, and doing it twice is the same as once. */
export function isVerb(name: string): boolean {
  return (verbs as readonly string[]).includes(name);
}
