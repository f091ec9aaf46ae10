import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '@hostwright/sdk';

/** What another billing panel's plans and fields mean here: the contents of `config/paymenter.json`. */
export interface PaymenterMapping {
  /** Who that panel is to us: with its service id the key of a service. */
  readonly source: string;
  /** Plan → what is ordered. */
  readonly plans: ReadonlyMap<string, { readonly product: string }>;
  /** Our order field → field of its request. */
  readonly order: ReadonlyMap<string, string>;
  /** Field of our answer → `component.name` of a value that was reserved. */
  readonly answer: ReadonlyMap<string, ValuePath>;
  /** The component whose buttons its actions are. */
  readonly component: string;
  /** Name of its call → what it presses here. */
  readonly actions: ReadonlyMap<string, PaymenterAction>;
  /** `component.property` of the names a site is reached by. */
  readonly domains: readonly ValuePath[];
}

export interface PaymenterAction {
  /** Name of the module's action. */
  readonly action: string;
  /** Field of the action → field of the request. */
  readonly input: ReadonlyMap<string, string>;
  /** Only reads, so it is asked for with GET. */
  readonly reads: boolean;
}

export interface ValuePath {
  readonly component: string;
  readonly name: string;
}

const actionFields = ['bak', 'domain'];
const requestFields = ['email', 'public_ip', 'plan', 'service_id'];

/** Throws an error whose message names the file and the entry at fault. */
export function readPaymenterMapping(file: string): PaymenterMapping {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON`, { cause: error });
  }
  try {
    return parsePaymenterMapping(json);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

export function parsePaymenterMapping(json: unknown): PaymenterMapping {
  const { source, plans, order, answer, component, actions, domains, ...unknown } = objectIn(json, 'the file');
  const [stray] = Object.keys(unknown);
  if (stray !== undefined) throw new Error(`${stray} is not known here`);
  return {
    source: textIn(source, 'source', /^[a-z0-9][a-z0-9_-]{0,62}$/),
    plans: new Map(
      Object.entries(objectIn(plans, 'plans')).map(([plan, entry]) => {
        const at = `plans.${plan}`;
        return [plan, { product: textIn(objectIn(entry, at)['product'], `${at}.product`) }];
      }),
    ),
    order: new Map(
      Object.entries(objectIn(order, 'order')).map(([field, from]) => {
        const name = textIn(from, `order.${field}`);
        if (!requestFields.includes(name)) throw new Error(`order.${field} must be one of ${requestFields.join(', ')}`);
        return [field, name];
      }),
    ),
    answer: new Map(Object.entries(objectIn(answer, 'answer')).map(([field, path]) => [field, pathIn(path, `answer.${field}`)])),
    component: textIn(component, 'component'),
    actions: new Map(
      Object.entries(objectIn(actions, 'actions')).map(([call, entry]) => [call, actionIn(entry, `actions.${call}`)]),
    ),
    domains: Array.isArray(domains) ? domains.map((path, index) => pathIn(path, `domains.${index}`)) : fail('domains must be a list'),
  };
}

/** The value at a path of `component → name → value`; `undefined` when there is none. */
export function valueAt(values: Readonly<Record<string, JsonObject>>, { component, name }: ValuePath): Json | undefined {
  return values[component]?.[name];
}

function objectIn(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(`${at} must be an object`);
  return value as Readonly<Record<string, unknown>>;
}

function textIn(value: unknown, at: string, pattern = /^.{1,255}$/): string {
  return typeof value === 'string' && pattern.test(value) ? value : fail(`${at} must be a text of the form ${pattern.source}`);
}

function actionIn(value: unknown, at: string): PaymenterAction {
  const { action, input = {}, reads = false, ...unknown } = objectIn(value, at);
  const [stray] = Object.keys(unknown);
  if (stray !== undefined) return fail(`${at}.${stray} is not known here`);
  if (typeof reads !== 'boolean') return fail(`${at}.reads must be true or false`);
  return {
    action: textIn(action, `${at}.action`),
    input: new Map(
      Object.entries(objectIn(input, `${at}.input`)).map(([field, from]) => {
        const name = textIn(from, `${at}.input.${field}`);
        return actionFields.includes(name) ? [field, name] : fail(`${at}.input.${field} must be one of ${actionFields.join(', ')}`);
      }),
    ),
    reads,
  };
}

function pathIn(value: unknown, at: string): ValuePath {
  const [, component, name] = /^([^.]+)\.([^.]+)$/.exec(typeof value === 'string' ? value : '') ?? [];
  return component !== undefined && name !== undefined ? { component, name } : fail(`${at} must be <component>.<name>`);
}

function fail(message: string): never {
  throw new Error(message);
}
