import { isSecret, type Json, type JsonObject } from '@hostwright/sdk';
import type { ProgramComponent } from './job.js';
import type { ReadyComponent } from './replay-ports.js';

/** Values of wired fields, each among those it was declared with. Secrets are marked. */
export interface PlacedInputs {
  readonly order: JsonObject;
  readonly product: JsonObject;
}

/** True when everything that the component waits for has returned. */
export function mayBegin({ component }: ReadyComponent, outputs: ReadonlyMap<string, unknown>): boolean {
  return component.after === undefined || component.after.every((name) => outputs.has(name));
}

/** True when the component goes on with what that other one of the job leaves: in a field, or as the site that it works for. */
export function usesOutputOf({ after, inputs, site }: ProgramComponent, name: string): boolean {
  if (after?.includes(name) !== true) return false;
  return Object.values(inputs ?? {}).some(({ component }) => component === name) || (site?.name === name && site.delivered === undefined);
}

/**
 * The component's wired fields, from what its sources have left; undefined where nothing is wired. Pure: after a crash it is the same again.
 * Throws `invalid_config` when a value does not fit the field.
 */
export function inputsOf(
  { component, given, module }: Pick<ReadyComponent, 'component' | 'given' | 'module'>,
  outputs: ReadonlyMap<string, unknown>,
): PlacedInputs | undefined {
  if (component.inputs === undefined && given === undefined) return undefined;
  const values: Record<string, Json | undefined> = { ...given };
  for (const [field, source] of Object.entries(component.inputs ?? {}))
    values[field] = (outputs.get(source.component) as JsonObject | undefined)?.[source.output];
  return module.checkInputs(values);
}

/** What a function is given, with its wired fields, and which of the order's they are. Secrets are plain text there, as its other fields are. */
export function withInputs(input: JsonObject, { order, product }: PlacedInputs): JsonObject {
  const joined = (name: string, values: JsonObject): JsonObject => ({ ...(input[name] as JsonObject), ...openSecrets(values) });
  return {
    ...input,
    order: joined('order', order),
    wired: Object.entries(order).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    product: joined('product', product),
    ...(input['previous'] === undefined ? {} : { previous: joined('previous', product) }),
  };
}

/** Before others go on with what a component has left: it must be what its module declared. Throws a plain `Error`. */
export function checkLeft({ component, module }: ReadyComponent, output: unknown): void {
  const { remoteId, ...properties } = (output ?? {}) as JsonObject;
  if (typeof remoteId !== 'string' || remoteId === '') throw new Error(`create of '${component.name}' answered no remoteId`);
  module.checkProperties(properties);
}

function openSecrets(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, isSecret(value) ? value.$secret : value]));
}
