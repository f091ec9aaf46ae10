import { readFileSync } from 'node:fs';
import type { JsonObject } from '@hostwright/sdk';
import { PanelError } from '@hostwright/sdk';
import { Reader } from './reader.js';

/** What the demo sells, on which servers, and what it orders: the contents of `config/demo.json`. */
export interface DemoConfig {
  /** How long providers take, times this, unless said otherwise on the command line. 1: as long as the real ones. */
  readonly speed: number;
  /** When the worker is killed: as soon as the job is that far and a step is under way. */
  readonly crashAtPercentage: number;
  /** Who logs in as staff. */
  readonly staff: { readonly email: string };
  /** Who buys. */
  readonly customer: { readonly email: string; readonly name: string };
  readonly serverGroups: readonly string[];
  readonly servers: readonly DemoServer[];
  readonly products: readonly DemoProduct[];
  /** Body of the `create-site` call. */
  readonly order: JsonObject & { readonly service_id: string };
  /** What the providers must hold once the site is there, and no more than that. */
  readonly delivered: readonly DeliveredResource[];
}

export interface DemoServer {
  readonly name: string;
  readonly extension: string;
  readonly kind: string;
  readonly group: string | undefined;
  /** Of the provider that its sandbox plays. */
  readonly version: string | undefined;
  /** On top of what the sandbox says. */
  readonly settings: JsonObject;
}

export interface DemoProduct {
  readonly code: string;
  readonly name: string;
  readonly components: readonly {
    readonly name: string;
    readonly extension: string;
    readonly group: string;
    /** Kind → name of the server. */
    readonly connections: Readonly<Record<string, string>>;
    /** On top of what the sandbox of this extension says. */
    readonly settings: JsonObject;
  }[];
}

export interface DeliveredResource {
  readonly kind: string;
  readonly count: number;
  /** What each of them must show in its ledger entry. */
  readonly details: JsonObject;
}

/** Throws `invalid_config` that names the file and the entry at fault. */
export function readDemoConfig(file: string): DemoConfig {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new PanelError('invalid_config', `${file} cannot be read as JSON`, { cause });
  }
  try {
    return parseDemoConfig(json);
  } catch (cause) {
    throw new PanelError('invalid_config', `${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Throws a `TypeError` that names the entry at fault. */
export function parseDemoConfig(json: unknown): DemoConfig {
  const file = Reader.of(json, '');
  const serverGroups = file.list('serverGroups', (entry, at) => Reader.text(entry, at));
  const servers = file.list('servers', serverIn);
  const config: DemoConfig = {
    speed: file.number('speed', 0.01, 10),
    crashAtPercentage: file.number('crashAtPercentage', 1, 99),
    staff: { email: file.part('staff').text('email') },
    customer: customerIn(file.part('customer')),
    serverGroups,
    servers,
    products: file.list('products', productIn),
    order: orderIn(file.part('order')),
    delivered: file.list('delivered', deliveredIn),
  };
  file.done('$comment');
  refuseUnknownNames(config);
  return config;
}

function customerIn(part: Reader): DemoConfig['customer'] {
  const customer = { email: part.text('email'), name: part.text('name') };
  part.done();
  return customer;
}

function orderIn(part: Reader): DemoConfig['order'] {
  return { ...part.values(), service_id: part.text('service_id') };
}

function serverIn(entry: unknown, at: string): DemoServer {
  const part = Reader.of(entry, at);
  const server = {
    name: part.text('name'),
    extension: part.text('extension'),
    kind: part.text('kind'),
    group: part.optionalText('group'),
    version: part.optionalText('version'),
    settings: part.optionalPart('settings')?.values() ?? {},
  };
  part.done();
  return server;
}

function productIn(entry: unknown, at: string): DemoProduct {
  const part = Reader.of(entry, at);
  const product = {
    code: part.text('code'),
    name: part.text('name'),
    components: part.list('components', (component, where) => {
      const one = Reader.of(component, where);
      const connections = one.optionalPart('connections');
      const made = {
        name: one.text('name'),
        extension: one.text('extension'),
        group: one.text('group'),
        connections: Object.fromEntries(Object.keys(connections?.values() ?? {}).map((kind) => [kind, connections?.text(kind) ?? ''])),
        settings: one.optionalPart('settings')?.values() ?? {},
      };
      one.done();
      return made;
    }),
  };
  part.done();
  return product;
}

function deliveredIn(entry: unknown, at: string): DeliveredResource {
  const part = Reader.of(entry, at);
  const resource = {
    kind: part.text('kind'),
    count: part.number('count', 1, 1_000),
    details: part.optionalPart('details')?.values() ?? {},
  };
  part.done();
  return resource;
}

/** What one entry calls by name another must define. */
function refuseUnknownNames({ serverGroups, servers, products }: DemoConfig): void {
  const need = (known: readonly string[], name: string, at: string): void => {
    if (!known.includes(name)) throw new TypeError(`${at} names "${name}", which is not there; there is: ${known.join(', ')}`);
  };
  const names = servers.map(({ name }) => name);
  servers.forEach(({ name, group }, index) => {
    if (names.indexOf(name) !== index) throw new TypeError(`servers.${index}.name: two servers are called ${name}`);
    if (group !== undefined) need(serverGroups, group, `servers.${index}.group`);
  });
  products.forEach(({ components }, product) =>
    components.forEach(({ group, connections, extension }, component) => {
      const at = `products.${product}.components.${component}`;
      need(serverGroups, group, `${at}.group`);
      need(
        servers.map((server) => server.extension),
        extension,
        `${at}.extension`,
      );
      for (const [kind, name] of Object.entries(connections)) need(names, name, `${at}.connections.${kind}`);
    }),
  );
}
