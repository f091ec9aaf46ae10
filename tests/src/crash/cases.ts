import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Shop } from '@hostwright/platform/testing';
import type { JsonObject } from '@hostwright/sdk';

/** What the providers hold of a service: so many of a kind, each with those details. Kinds that are not named may be there too. */
export type Holdings = Shop['delivered'];

/** Something that is done with a service. */
export interface Deed {
  /** A verb, or an action of the module's own. */
  readonly operation: string;
  /**
   * With an action. `{createBackup.backup}` stands for what an earlier action of that life has answered, `{createBackup.backup:number}` for
   * that as a number, `{customer}` and `{domain}` for names that no other service's customer has.
   */
  readonly input?: JsonObject;
  /** With `changePackage`: the code of the product that it becomes. */
  readonly product?: string;
  /** With `addDomain`: it leads here already, or it is delegated here and gets a zone. Default: `address`. */
  readonly domain?: 'address' | 'zone';
  /** What must be true afterwards. What is not said here is learned from services that nobody disturbs. */
  readonly leaves?: Holdings;
}

export interface CaseServer extends ReadonlyOf<Shop['servers']> {
  /** Regular expression over `METHOD /path?names of the query`: calls that change nothing. Default: GET and HEAD. */
  readonly reads?: string;
  /** Calls of the sandbox's control API, before anything is ordered. */
  readonly control?: readonly { readonly method: string; readonly path: string; readonly body?: JsonObject }[];
}

type ReadonlyOf<List extends readonly unknown[]> = List[number];

/** One product, the servers that deliver it, and what a service of it goes through: a file of `config/crash-sweep`. */
export interface SweepCase {
  /** The file's name. */
  readonly name: string;
  readonly servers: readonly CaseServer[];
  readonly products: Shop['products'];
  /** Code of the one that is ordered. */
  readonly product: string;
  /** `{customer}` stands for a name that no other service's customer has. */
  readonly order: JsonObject;
  /** What it is added to: a service that stands all the while, and of which nothing may be taken. Default: nothing. */
  readonly parent?: { readonly product: string; readonly order: JsonObject };
  /** What the providers hold of a service that was just delivered. */
  readonly delivered: Holdings;
  /**
   * Operation → kinds of things of which something still stands when a service that came by it has ended, such as a certificate that runs out
   * by itself. Default: nothing.
   */
  readonly keeps: Readonly<Record<string, readonly string[]>>;
  /** Name servers that the customer's domain is delegated to before it is ordered. */
  readonly delegated?: readonly string[];
  /** Its create, the roll-back of that and its terminate are the matrix: each boundary with each answer. One case has it. */
  readonly matrix: boolean;
  /** Services that are under way at once. Default: 160. Fewer where a real program is the provider, whose own patience is short. */
  readonly atOnce: number;
  /** Operations it is about. Default: all that the modules of its product declare. */
  readonly operations?: readonly string[];
  /** Each from a service that was just delivered. An operation that comes in none has one of its own. */
  readonly lives: readonly (readonly Deed[])[];
}

const known = [
  'shop',
  'servers',
  'products',
  'product',
  'order',
  'parent',
  'delivered',
  'keeps',
  'delegated',
  'matrix',
  'atOnce',
  'operations',
  'lives',
];

/** Every case of the folder. `root`: where `shop`, a file with servers, products and what is delivered, is looked for. */
export function readCases(root: string): readonly SweepCase[] {
  const folder = join(root, 'config/crash-sweep');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((file) => caseIn(basename(file, '.json'), readJson(join(folder, file)), root));
}

/** Throws a `TypeError` that names the case and the field at fault. */
export function caseIn(name: string, written: unknown, root: string): SweepCase {
  const given = written as Partial<SweepCase> & { readonly shop?: string };
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new TypeError(`${name}: '${unknown}' is not known`);
  const shop = given.shop === undefined ? {} : (readJson(join(root, given.shop)) as Shop);
  const {
    servers,
    products,
    delivered = [],
    keeps = {},
    product,
    parent,
    matrix = false,
    atOnce = 160,
    lives = [],
    operations,
  } = { ...shop, ...given };
  if (!Array.isArray(servers)) throw new TypeError(`${name}: 'servers' are missing`);
  if (!products?.some(({ code }) => code === product)) throw new TypeError(`${name}: 'product' is none of its products`);
  if (parent && !products.some(({ code }) => code === parent.product)) throw new TypeError(`${name}: 'parent' is none of its products`);
  if (!Number.isInteger(atOnce) || atOnce < 1) throw new TypeError(`${name}: 'atOnce' must be a whole number of 1 or more`);
  const becomes = lives.flat().find((deed) => deed.operation === 'changePackage' && !products.some(({ code }) => code === deed.product));
  if (becomes) throw new TypeError(`${name}: a changePackage in 'lives' must name one of its products`);
  return {
    name,
    servers: servers as readonly CaseServer[],
    products,
    product: product!,
    // The order of a shop is that of another panel.
    order: given.order ?? {},
    ...(parent ? { parent } : {}),
    delivered,
    keeps,
    ...(given.delegated ? { delegated: given.delegated } : {}),
    matrix,
    atOnce,
    lives,
    ...(operations ? { operations } : {}),
  };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
