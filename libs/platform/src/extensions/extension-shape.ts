import type { Extension, Field, Manifest } from '@hostwright/sdk';
import { egressFields, parseEgressPattern } from '../egress/index.js';
import { problemOfFields } from '../fields/index.js';
import { plainCopy, plainObject, plainValue, ShapeError } from './plain-data.js';

/** What the SDK asks of one kind of module. */
interface KindRules {
  readonly fields: readonly string[];
  readonly operations: readonly string[];
  readonly optionalOperations: readonly string[];
  readonly functions: readonly string[];
  readonly optionalFunctions: readonly string[];
  /** Of each of these lists a module has all or none. */
  readonly together?: readonly (readonly string[])[];
}

const kinds = {
  provisioning: {
    fields: ['server', 'product', 'order', 'properties'],
    operations: ['create', 'terminate'],
    optionalOperations: [
      'suspend',
      'unsuspend',
      'changePackage',
      'changePassword',
      'renew',
      'upkeep',
      'addDomain',
      'removeDomain',
      'installCertificate',
      'removeCertificate',
      'checkNames',
    ],
    functions: ['inspect'],
    optionalFunctions: [
      'usage',
      'listAccounts',
      'expects',
      'dates',
      'singleSignOn',
      'adopt',
      'choices',
      'testConnection',
      'allowChange',
      'domainQuota',
      'domainTarget',
      'ownZones',
    ],
    together: [
      ['addDomain', 'removeDomain', 'domainQuota', 'domainTarget'],
      ['installCertificate', 'removeCertificate', 'checkNames'],
    ],
  },
  dns: {
    fields: ['server'],
    operations: ['ensureRecord', 'removeRecord'],
    optionalOperations: ['ensureZone', 'removeZone'],
    functions: ['listRecords'],
    optionalFunctions: ['listZones', 'testConnection'],
    together: [['ensureZone', 'removeZone', 'listZones']],
  },
  proxy: {
    fields: ['server'],
    operations: ['ensureHost', 'enableHost', 'disableHost', 'readHost', 'removeHost'],
    optionalOperations: ['installCertificate', 'removeCertificate', 'checkNames'],
    functions: ['listHosts'],
    optionalFunctions: ['testConnection'],
    together: [['installCertificate', 'removeCertificate', 'checkNames']],
  },
  certificate: {
    fields: ['server'],
    operations: ['obtain', 'reissue', 'renew', 'revoke', 'cancel'],
    optionalOperations: [],
    functions: ['status'],
    optionalFunctions: ['testConnection'],
  },
  trigger: {
    fields: ['server'],
    operations: [],
    optionalOperations: [],
    functions: ['verify', 'read'],
    optionalFunctions: ['testConnection'],
  },
} satisfies Record<string, KindRules>;

export type ModuleKind = keyof typeof kinds;
const moduleKinds = Object.keys(kinds) as readonly ModuleKind[];

type DeclaredFields = Readonly<Record<string, Field>>;

/** The kinds of module an extension has. Throws a `ShapeError` when it is not as the SDK asks, or not the one its manifest names. */
export function checkExtension(
  exported: unknown,
  id: string,
  manifest: Manifest,
): { readonly extension: Extension; readonly name: string; readonly modules: readonly ModuleKind[] } {
  const extension = plainObject(exported, 'the default export');
  const said = plainValue(extension, 'id', 'the default export');
  if (said !== id)
    throw new ShapeError(`its id must be ${id}, as its package says${typeof said === 'string' ? `, not ${said.slice(0, 64)}` : ''}`);
  const name = plainValue(extension, 'name', 'the default export');
  if (typeof name !== 'string' || name === '' || name.length > 200) throw new ShapeError('its name must be text of at most 200 characters');
  const unknown = Object.keys(extension).find((key) => !['id', 'name', ...moduleKinds].includes(key));
  if (unknown !== undefined) throw new ShapeError(`it has "${unknown}", which this version of the SDK does not know`);
  const modules = moduleKinds.filter((kind) => plainValue(extension, kind, 'the default export') !== undefined);
  if (modules.length === 0) throw new ShapeError('it has no module');
  const serverFields = new Set(
    modules.flatMap((kind) => Object.keys(checkModule(plainValue(extension, kind, 'the default export'), kind))),
  );
  for (const pattern of manifest.egress) {
    const missing = egressFields(parseEgressPattern(pattern)).find((field) => !serverFields.has(field));
    if (missing !== undefined) throw new ShapeError(`egress "${pattern}" names the server field ${missing}, which no module has`);
  }
  return { extension: extension as Extension, name, modules };
}

/** Answers the module's server fields. */
function checkModule(value: unknown, kind: ModuleKind): DeclaredFields {
  const rules: KindRules = kinds[kind];
  const module = plainObject(value, kind);
  const get = (key: string) => plainValue(module, key, kind);
  if (get('kind') !== kind) throw new ShapeError(`${kind}.kind must be ${kind}`);
  const fields = Object.fromEntries(rules.fields.map((name) => [name, checkFields(get(name), `${kind}.${name}`)]));
  if (fields['properties'] && Object.hasOwn(fields['properties'], 'remoteId'))
    throw new ShapeError(`${kind}.properties.remoteId is the service's own`);
  const loaded = Object.entries(fields).flatMap(([name, declared]) =>
    Object.values(declared).some((field) => 'choicesFrom' in field && field.choicesFrom !== undefined) ? [name] : [],
  );
  const misplaced = loaded.find((name) => name !== 'product');
  if (misplaced !== undefined) throw new ShapeError(`${kind}.${misplaced}: only product fields have choicesFrom`);
  if (loaded.length > 0 && get('choices') === undefined) throw new ShapeError(`${kind}.choices is missing, which product fields load from`);
  const server = fields['server'] as DeclaredFields;
  for (const name of rules.operations) checkOperation(get(name), `${kind}.${name}`, server);
  for (const name of rules.optionalOperations) if (get(name) !== undefined) checkOperation(get(name), `${kind}.${name}`, server);
  for (const name of rules.functions) if (typeof get(name) !== 'function') throw new ShapeError(`${kind}.${name} must be a function`);
  for (const name of rules.optionalFunctions) {
    if (get(name) !== undefined && typeof get(name) !== 'function') throw new ShapeError(`${kind}.${name} must be a function, or absent`);
  }
  for (const together of rules.together ?? []) {
    const lacking = together.find((name) => get(name) === undefined);
    const present = together.find((name) => get(name) !== undefined);
    if (lacking !== undefined && present !== undefined) throw new ShapeError(`${kind}.${lacking} is missing, which goes with ${present}`);
  }
  if (kind === 'provisioning' && get('actions') !== undefined) {
    const actions = plainObject(get('actions'), `${kind}.actions`);
    for (const name of Object.keys(actions)) {
      if (!/^[a-z][A-Za-z0-9]{0,62}$/.test(name)) throw new ShapeError(`${kind}.actions.${name.slice(0, 64)}: a name must be camelCase`);
      if (reserved.has(name)) throw new ShapeError(`${kind}.actions.${name}: the name is a verb of every module`);
      checkAction(plainValue(actions, name, `${kind}.actions`), `${kind}.actions.${name}`, server);
    }
  }
  checkLimits(get('limits'), `${kind}.limits`);
  return server;
}

/** Names that jobs of other operations have. */
const reserved: ReadonlySet<string> = new Set([...kinds.provisioning.operations, ...kinds.provisioning.optionalOperations]);

function checkAction(value: unknown, path: string, server: DeclaredFields): void {
  checkOperation(value, path, server);
  const declared = plainObject(value, path);
  const get = (key: string) => plainCopy(plainValue(declared, key, path), `${path}.${key}`);
  const label = get('label');
  if (typeof label !== 'string' || label.trim() === '' || label.length > 100)
    throw new ShapeError(`${path}.label must be a text of at most 100 characters`);
  const confirm = get('confirm');
  if (confirm !== undefined && (typeof confirm !== 'string' || confirm.trim() === '' || confirm.length > 300))
    throw new ShapeError(`${path}.confirm must be a text of at most 300 characters, or absent`);
  const input = checkFields(get('input'), `${path}.input`);
  const secretField = Object.entries(input).find(([, field]) => field.type === 'secret');
  // It would stand in the job for everybody who may read it.
  if (secretField) throw new ShapeError(`${path}.input.${secretField[0]} must not be a secret`);
  const shownTo = get('shownTo');
  if (shownTo !== 'customer' && shownTo !== 'staff') throw new ShapeError(`${path}.shownTo must be "customer" or "staff"`);
  const when = get('when');
  if (!Array.isArray(when) || when.length === 0 || !when.every((state) => state === 'active' || state === 'suspended'))
    throw new ShapeError(`${path}.when must list "active", "suspended" or both`);
  const reads = get('reads');
  if (reads !== undefined && reads !== true) throw new ShapeError(`${path}.reads must be true, or absent`);
}

function checkFields(value: unknown, path: string): DeclaredFields {
  const copy = plainCopy(value, path);
  const problem = problemOfFields(copy, path);
  if (problem !== undefined) throw new ShapeError(problem);
  return copy as DeclaredFields;
}

function checkOperation(value: unknown, path: string, server: DeclaredFields): void {
  const operation = plainObject(value, path);
  const get = (key: string) => plainValue(operation, key, path);
  if (typeof get('run') !== 'function') throw new ShapeError(`${path}.run must be a function`);
  const steps = plainCopy(get('steps'), `${path}.steps`);
  if (!Array.isArray(steps) || steps.length === 0) throw new ShapeError(`${path}.steps must not be empty`);
  if (!steps.every((step) => typeof step === 'string' && step.trim() === step && step !== '' && step.length <= 100)) {
    throw new ShapeError(`${path}.steps must be texts of at most 100 characters`);
  }
  if (new Set(steps).size !== steps.length) throw new ShapeError(`${path}.steps must be unique`);
  const onFailure = get('onFailure');
  if (onFailure !== undefined && onFailure !== 'roll back' && onFailure !== 'keep')
    throw new ShapeError(`${path}.onFailure must be "roll back" or "keep"`);
  const onRefusal = get('onRefusal');
  if (onRefusal !== undefined && onRefusal !== 'ask staff' && onRefusal !== 'withdraw')
    throw new ShapeError(`${path}.onRefusal must be "ask staff" or "withdraw"`);
  const reserve = get('reserve');
  if (reserve === undefined) return;
  const reservations = plainObject(reserve, `${path}.reserve`);
  for (const name of Object.keys(reservations)) checkReservation(plainValue(reservations, name, path), `${path}.reserve.${name}`, server);
}

function checkReservation(value: unknown, path: string, server: DeclaredFields): void {
  const reservation = plainObject(value, path);
  const get = (key: string) => plainValue(reservation, key, path);
  const needs = (type: Field['type']) => {
    const range = get('range');
    if (typeof range !== 'string' || !Object.hasOwn(server, range) || server[range]?.type !== type)
      throw new ShapeError(`${path} must name a server field of type ${type}`);
  };
  switch (get('kind')) {
    case 'ipv4':
      return needs('ipv4-range');
    case 'number':
      return needs('integer-range');
    case 'label':
      if (typeof get('from') !== 'function' || typeof get('within') !== 'function')
        throw new ShapeError(`${path}: from and within must be functions`);
      return;
    case 'username': {
      if (typeof get('from') !== 'function' || typeof get('within') !== 'function')
        throw new ShapeError(`${path}: from and within must be functions`);
      const length = get('length');
      if (!Number.isInteger(length) || (length as number) < 8 || (length as number) > 16)
        throw new ShapeError(`${path}.length must be 8–16`);
      return;
    }
    case 'password': {
      const length = get('length');
      if (!Number.isInteger(length) || (length as number) < 10 || (length as number) > 128)
        throw new ShapeError(`${path}.length must be 10–128`);
      return;
    }
    case 'code':
      return checkCode(get('prefix'), get('alphabet'), get('length'), path);
    default:
      throw new ShapeError(`${path} is of no known kind`);
  }
}

function checkCode(prefix: unknown, alphabet: unknown, length: unknown, path: string): void {
  if (typeof prefix !== 'string' || !/^[A-Za-z0-9_-]{0,32}$/.test(prefix))
    throw new ShapeError(`${path}.prefix must be at most 32 letters, digits, - and _`);
  if (typeof alphabet !== 'string' || !/^[A-Za-z0-9]{2,62}$/.test(alphabet) || new Set(alphabet).size !== alphabet.length)
    throw new ShapeError(`${path}.alphabet must be letters and digits, each once`);
  if (!Number.isInteger(length) || (length as number) > 128 || (length as number) * Math.log2(alphabet.length) < 64)
    throw new ShapeError(`${path}.length must be at most 128, and enough for 64 bits`);
}

function checkLimits(value: unknown, path: string): void {
  if (value === undefined) return;
  const limits = plainObject(value, path);
  const get = (key: string) => plainValue(limits, key, path);
  const permits = get('permits');
  if (permits !== undefined) {
    for (const [name, most] of Object.entries(plainCopy(plainObject(permits, `${path}.permits`), `${path}.permits`) as object)) {
      if (!isPositive(most)) throw new ShapeError(`${path}.permits.${name} must be a whole number over 0`);
    }
  }
  const rate = get('rate');
  if (rate !== undefined) {
    const { requests, perSeconds } = plainCopy(plainObject(rate, `${path}.rate`), `${path}.rate`) as {
      requests?: unknown;
      perSeconds?: unknown;
    };
    if (!isPositive(requests)) throw new ShapeError(`${path}.rate.requests must be a whole number over 0`);
    if (!isPositive(perSeconds)) throw new ShapeError(`${path}.rate.perSeconds must be a whole number over 0`);
  }
  if (get('ssh') !== undefined && typeof get('ssh') !== 'function') throw new ShapeError(`${path}.ssh must be a function, or absent`);
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
