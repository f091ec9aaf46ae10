import type { ExtensionLoader } from '@hostwright/platform';
import type { Deed, SweepCase } from '../cases.js';
import { refusedDeed, type Scenario } from '../crash-run.js';

/** A deed in its place in a life. */
export interface PlannedDeed extends Deed {
  /** `site: suspend > unsuspend`: what the service goes through up to it. The same in every life that begins so. */
  readonly scenario: Scenario;
  /** Of a terminate: kinds of things of which something may stay. */
  readonly keeps?: readonly string[];
  /** Workers are killed at it, and its providers answer wrongly. */
  readonly swept: boolean;
}

/** What one service goes through, from its create to its end. */
export interface Life {
  readonly sold: SweepCase;
  readonly deeds: readonly PlannedDeed[];
}

/** What a module does for others, as a part of their operations: nobody asks for it alone. */
const partsOfOthers: readonly string[] = ['checkNames', 'installCertificate', 'removeCertificate'];

interface DeclaredAction {
  readonly when?: readonly string[];
}

/** Operations that undo each other: one is tried after the other. */
const pairs: Readonly<Record<string, readonly Deed[]>> = {
  suspend: [{ operation: 'suspend' }, { operation: 'unsuspend' }],
  addDomain: [{ operation: 'addDomain' }, { operation: 'removeDomain' }],
};

/**
 * Every life of a case: those it names, one for each operation that the modules declare and it does not name, and for each deed one that
 * ends with it refused when everything is done. Throws a `TypeError` where it takes what only the case can say.
 */
export function livesOf(sold: SweepCase, loader: ExtensionLoader): readonly Life[] {
  const { components } = sold.products.find(({ code }) => code === sold.product)!;
  const declared = declaredOperations(
    components.map(({ extension }) => extension),
    loader,
  );
  const about = sold.operations ?? [...declared.keys()];
  const unknown = [...about, ...sold.lives.flat().map(({ operation }) => operation)].find((name) => !declared.has(name));
  if (unknown !== undefined) throw new TypeError(`${sold.name}: no module of its product has an operation '${unknown}'`);
  const named = new Set(sold.lives.flat().map(({ operation }) => operation));
  const lives: (readonly Deed[])[] = [...sold.lives];
  for (const operation of about) {
    if (named.has(operation) || operation === 'create' || operation === 'terminate') continue;
    if (operation === 'changePackage') throw new TypeError(`${sold.name}: 'lives' must say which product a changePackage leads to`);
    const deeds = pairs[operation] ?? byItself(operation, declared.get(operation)!);
    lives.push(deeds);
    for (const deed of deeds) named.add(deed.operation);
  }
  if (comesUp(sold, 'terminate')) lives.push([{ operation: 'terminate' }]);
  const whole = lives.flatMap((deeds) => [lifeOf(sold, deeds, false), ...deeds.map((_, at) => lifeOf(sold, deeds.slice(0, at + 1), true))]);
  if (comesUp(sold, 'create'))
    whole.push({ sold, deeds: [{ operation: 'create', scenario: refusedDeed(`${sold.name}: create`), swept: true }] });
  return [...new Map(whole.map((life) => [life.deeds.map(({ scenario }) => scenario).join(), life])).values()];
}

/** Every life has a create and an end. They are swept unless the matrix sees to those of its case, or another case does. */
function comesUp({ matrix, operations }: SweepCase, operation: 'create' | 'terminate'): boolean {
  return !matrix && (operations === undefined || operations.includes(operation));
}

function lifeOf(sold: SweepCase, deeds: readonly Deed[], refused: boolean): Life {
  const path = deeds.map(labelOf);
  const keeps = ['create', ...deeds.map(({ operation }) => operation)].flatMap((operation) => sold.keeps[operation] ?? []);
  const planned = deeds.map((deed, at): PlannedDeed => {
    const scenario = `${sold.name}: ${path.slice(0, at + 1).join(' > ')}`;
    const last = refused && at === deeds.length - 1;
    const { leaves: _whatItWouldLeave, ...without } = deed;
    if (last) return { ...without, scenario: refusedDeed(scenario), swept: true };
    return { ...deed, ...(deed.operation === 'terminate' ? { keeps } : {}), scenario, swept: true };
  });
  const create: PlannedDeed = {
    operation: 'create',
    scenario: `${sold.name}: create`,
    swept: comesUp(sold, 'create'),
    leaves: sold.delivered,
  };
  const end: PlannedDeed = {
    operation: 'terminate',
    scenario: `${sold.name}: ${[refused ? refusedDeed(path.join(' > ')) : path.join(' > '), 'the end'].join(' > ')}`,
    swept: false,
    keeps,
  };
  return { sold, deeds: [create, ...planned, ...(deeds.at(-1)?.operation === 'terminate' ? [] : [end])] };
}

function labelOf({ operation, product, domain }: Deed): string {
  const what = product ?? (domain === 'zone' ? 'zone' : undefined);
  return what === undefined ? operation : `${operation} (${what})`;
}

function byItself(operation: string, { when }: DeclaredAction): readonly Deed[] {
  return when && !when.includes('active') ? [{ operation: 'suspend' }, { operation }] : [{ operation }];
}

/** Whatever their modules can be asked to run, verbs and actions. */
export function declaredOperations(extensions: readonly string[], loader: ExtensionLoader): ReadonlyMap<string, DeclaredAction> {
  const modules = extensions.map((id) => loader.get(id).extension.provisioning as object as Record<string, unknown>);
  const found = modules.flatMap((module) => [...Object.entries(module), ...Object.entries(module['actions'] ?? {})]);
  const alone = found.filter(([name, what]) => isOperation(what) && !partsOfOthers.includes(name));
  return new Map(alone.map(([name, what]) => [name, what as DeclaredAction]));
}

function isOperation(what: unknown): boolean {
  const { run, steps } = (what ?? {}) as { readonly run?: unknown; readonly steps?: unknown };
  return typeof run === 'function' && Array.isArray(steps);
}

/** Extensions that are installed, do something to services and come in no case, and operations of others that do: nobody is to take them for swept. */
export function unswept(cases: readonly SweepCase[], loader: ExtensionLoader): readonly string[] {
  const named = new Set(cases.flatMap(({ servers }) => servers.map(({ extension }) => extension)));
  const about = new Set(cases.flatMap((sold) => operationsOf(sold, loader)));
  const loaded = loader.list().filter(({ state }) => state === 'loaded');
  return loaded.flatMap(({ id }) => {
    const { provisioning, dns, proxy, certificate } = loader.get(id).extension;
    if (!named.has(id)) return provisioning || dns || proxy || certificate ? [id] : [];
    const own = provisioning ? [...declaredOperations([id], loader).keys()].map((name) => `${id} ${name}`) : [];
    return own.filter((operation) => !about.has(operation));
  });
}

/** What the case is about, of each module of its product: `examplevps create`. */
function operationsOf({ products, product, operations }: SweepCase, loader: ExtensionLoader): readonly string[] {
  const { components } = products.find(({ code }) => code === product)!;
  return components.flatMap(({ extension }) =>
    [...(operations ?? declaredOperations([extension], loader).keys())].map((name) => `${extension} ${name}`),
  );
}
