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
  /** What a support subscription is; undefined when none are sold. */
  readonly support: SupportMapping | undefined;
  /** What a customer's DNS zone is; undefined when none are kept. */
  readonly zones: ZoneMapping | undefined;
}

export interface ZoneMapping {
  /** Another than the others, since its ids are domains. */
  readonly source: string;
  readonly product: string;
  /** The component whose buttons change records. */
  readonly component: string;
  /** Our order field that is the domain. */
  readonly domain: string;
  /** Names of the buttons. */
  readonly addRecord: string;
  readonly removeRecord: string;
  /** That panel names its users by a number alone: their e-mail addresses here are at this domain, which need not exist. */
  readonly customers: string;
}

export interface SupportMapping {
  /** Another than that of the sites, whose ids that panel counts apart. */
  readonly source: string;
  readonly product: string;
  /** Our order field → field of its request. */
  readonly order: ReadonlyMap<string, string>;
  /** `component.name` of the reserved value that is the key. */
  readonly key: ValuePath;
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
const supportFields = ['email', 'firstname', 'lastname', 'service_id'];
const sourceName = /^[a-z0-9][a-z0-9_-]{0,62}$/;

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
  const { source, plans, order, answer, component, actions, domains, support, zones, ...unknown } = objectIn(json, 'the file');
  const [stray] = Object.keys(unknown);
  if (stray !== undefined) throw new Error(`${stray} is not known here`);
  return {
    source: textIn(source, 'source', sourceName),
    plans: new Map(
      Object.entries(objectIn(plans, 'plans')).map(([plan, entry]) => {
        const at = `plans.${plan}`;
        return [plan, { product: textIn(objectIn(entry, at)['product'], `${at}.product`) }];
      }),
    ),
    order: orderIn(order, 'order', requestFields),
    answer: new Map(Object.entries(objectIn(answer, 'answer')).map(([field, path]) => [field, pathIn(path, `answer.${field}`)])),
    component: textIn(component, 'component'),
    actions: new Map(Object.entries(objectIn(actions, 'actions')).map(([call, entry]) => [call, actionIn(entry, `actions.${call}`)])),
    domains: Array.isArray(domains) ? domains.map((path, index) => pathIn(path, `domains.${index}`)) : fail('domains must be a list'),
    support: support === undefined ? undefined : supportIn(support, source),
    zones: zones === undefined ? undefined : zonesIn(zones, [source, (support as { source?: unknown } | undefined)?.source]),
  };
}

function zonesIn(value: unknown, sources: readonly unknown[]): ZoneMapping {
  const { source, product, component, domain, addRecord, removeRecord, customers, ...unknown } = objectIn(value, 'zones');
  const [stray] = Object.keys(unknown);
  if (stray !== undefined) throw new Error(`zones.${stray} is not known here`);
  if (sources.includes(source)) throw new Error('zones.source must be another than source and support.source');
  return {
    source: textIn(source, 'zones.source', sourceName),
    product: textIn(product, 'zones.product'),
    component: textIn(component, 'zones.component'),
    domain: textIn(domain, 'zones.domain'),
    addRecord: textIn(addRecord, 'zones.addRecord'),
    removeRecord: textIn(removeRecord, 'zones.removeRecord'),
    customers: textIn(customers, 'zones.customers', /^[a-z0-9-]+(\.[a-z0-9-]+)+$/),
  };
}

function supportIn(value: unknown, sitesSource: unknown): SupportMapping {
  const { source, product, order, key, ...unknown } = objectIn(value, 'support');
  const [stray] = Object.keys(unknown);
  if (stray !== undefined) throw new Error(`support.${stray} is not known here`);
  if (source === sitesSource) throw new Error('support.source must be another than source');
  return {
    source: textIn(source, 'support.source', sourceName),
    product: textIn(product, 'support.product'),
    order: orderIn(order, 'support.order', supportFields),
    key: pathIn(key, 'support.key'),
  };
}

function orderIn(value: unknown, at: string, fields: readonly string[]): Map<string, string> {
  return new Map(
    Object.entries(objectIn(value, at)).map(([field, from]) => {
      const name = textIn(from, `${at}.${field}`);
      if (!fields.includes(name)) throw new Error(`${at}.${field} must be one of ${fields.join(', ')}`);
      return [field, name];
    }),
  );
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
