import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '@hostwright/sdk';
import {
  putControl,
  standingRecords,
  startNameServer,
  type InspectedSandbox,
  type LedgerEntry,
  type NameServer,
} from '@hostwright/sdk-testing';
import { startSandbox } from './providers.js';
import { Stage } from './stage.js';
import { waitFor } from './waits.js';

interface BundleServer {
  readonly name: string;
  readonly extension: string;
  readonly kind: string;
  readonly settings?: JsonObject;
}

interface BundleComponent {
  readonly name: string;
  readonly server: string;
  readonly settings?: JsonObject;
  readonly connections?: Readonly<Record<string, string>>;
  readonly inputs?: JsonObject;
}

/** A product of several components, its servers, what is asked for it, and what the providers hold of it when it is delivered. */
export interface Bundle {
  readonly code: string;
  readonly name: string;
  readonly servers: readonly BundleServer[];
  readonly components: readonly BundleComponent[];
  readonly onFailure: string;
  readonly order: JsonObject;
  readonly delivered: readonly { readonly kind: string; readonly count: number }[];
}

export const bundle = JSON.parse(readFileSync(join(__dirname, '../../../../config/business-wordpress.json'), 'utf8')) as Bundle;

const apiKey = `hwk_${'b'.repeat(12)}_${'s'.repeat(40)}`;
const scopes = ['servers:write', 'catalog:write', 'services:read', 'services:write', 'jobs:read', 'jobs:write'];

/** What staff are asked. */
export interface Task {
  readonly kind: string;
  readonly jobId: string | null;
  readonly serverId: string | null;
  readonly title: string;
  readonly detail: string;
}

// What a call answers is each story's business.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Answer = any;

/** An installation that sells the bundle: everything is entered and ordered over HTTP, and a worker process delivers it. */
export class BundlePanel {
  private constructor(
    readonly stage: Stage,
    /** By the server's name. A module without a provider has none. */
    readonly providers: Readonly<Record<string, InspectedSandbox>>,
    /** The public DNS: what stands at the providers, and which domains are delegated. */
    readonly names: NameServer,
    private readonly url: string,
    readonly worker: ChildProcess,
    /** By the server's name. */
    readonly servers: Record<string, string>,
    private readonly groups: Record<string, string>,
  ) {}

  static async open({ speed = 0.002, waitScale = 0.005 } = {}): Promise<BundlePanel> {
    const providers: Record<string, InspectedSandbox> = {};
    const names = await startNameServer({ standing: () => standingRecords(Object.values(providers).flatMap((each) => each.ledger())) });
    const stage = await Stage.open({ speed, waitScale, environment: { HOSTWRIGHT_DNS_SERVERS: names.address } });
    for (const { name, extension } of bundle.servers) {
      const [module] = stage.provisioning.catalog.list().find(({ id }) => id === extension)!.modules;
      if (Object.keys(module!.server).length === 0) continue;
      providers[name] = await startSandbox(extension, { speed });
    }
    const [url, worker] = await Promise.all([stage.startApi(), stage.startWorker()]);
    await stage.db.pool.query(`INSERT INTO api_key (name, prefix, key_hash, scopes, created_by) VALUES ('test', $1, $2, $3, 'test')`, [
      apiKey.slice(4, 16),
      createHash('sha256').update(apiKey).digest('hex'),
      scopes,
    ]);
    const groups: Record<string, string> = {};
    const servers: Record<string, string> = {};
    const panel = new BundlePanel(stage, providers, names, url, worker, servers, groups);
    try {
      for (const server of bundle.servers) await panel.connect(server);
      await panel.sell();
      await panel.validateNames();
    } catch (error) {
      await panel.close();
      throw error;
    }
    return panel;
  }

  async close(): Promise<void> {
    await this.stage.close();
    await Promise.all([...Object.values(this.providers).map((provider) => provider.stop()), this.names.stop()]);
  }

  private async connect({ name, extension, kind, settings }: BundleServer): Promise<void> {
    const provider = this.providers[name];
    if (kind === 'provisioning') this.groups[name] = (await this.call('POST', '/api/v1/server-groups', { name: `bundle: ${name}` })).id;
    const group = this.groups[name] === undefined ? {} : { serverGroupId: this.groups[name] };
    const made = await this.call('POST', '/api/v1/servers', {
      name,
      extension,
      kind,
      ...group,
      settings: { ...provider?.server, ...settings },
    });
    this.servers[name] = made.id;
  }

  /** The bundle as a product, or another of that code that differs in what is given. */
  async sell({ code = bundle.code, onFailure = bundle.onFailure } = {}): Promise<void> {
    const components = bundle.components.map(({ name, server, settings, connections = {}, inputs = {} }) => ({
      name,
      extension: bundle.servers.find((each) => each.name === server)!.extension,
      serverGroupId: this.groups[server]!,
      settings: { ...this.providers[server]?.product, ...settings },
      connections: Object.fromEntries(Object.entries(connections).map(([kind, at]) => [kind, this.servers[at]!])),
      inputs,
    }));
    await this.call('POST', '/api/v1/products', { code, name: bundle.name, components, onFailure });
  }

  /** A product that consists of one component of the bundle. */
  async sellAlone(component: string, code: string, settings: JsonObject): Promise<void> {
    const { server } = bundle.components.find(({ name }) => name === component)!;
    const { extension } = bundle.servers.find((each) => each.name === server)!;
    const of = {
      name: component,
      extension,
      serverGroupId: this.groups[server]!,
      settings: { ...this.providers[server]?.product, ...settings },
    };
    await this.call('POST', '/api/v1/products', { code, name: code, components: [of] });
  }

  /** Orders it for a customer whose domain is delegated to us. Answers the service and its job. */
  async order(
    customer: string,
    { product = bundle.code, delegated = true } = {},
  ): Promise<{ readonly serviceId: string; readonly jobId: string }> {
    const order = JSON.parse(JSON.stringify(bundle.order).replaceAll('{customer}', customer)) as JsonObject;
    if (delegated) this.delegate(`${customer}.example`);
    return this.call('POST', '/api/v1/services', { product, customer: { email: `${customer}@example.com` }, order });
  }

  delegate(domain: string): void {
    this.names.set(domain, 'NS', String(this.providerOf('dns').server['nameServers']).split(' '));
  }

  /** The first provider of that kind of module. */
  providerOf(kind: string): InspectedSandbox {
    return this.providers[bundle.servers.find((server) => server.kind === kind)!.name]!;
  }

  /** Lets the authority look names up at our public DNS, or where nobody answers. */
  validateNames(answers = true): Promise<unknown> {
    return this.control('certificate', '/name-server', { address: answers ? this.names.address : '127.0.0.1:9' });
  }

  /** The provider that a component is delivered by. */
  at(component: string): InspectedSandbox {
    return this.providers[bundle.components.find(({ name }) => name === component)!.server]!;
  }

  /** As staff mend the settings of its server when its key was changed: the sandbox's second one is the first with `-2`. */
  async enterNewSecret(component: string): Promise<void> {
    const { name, extension } = bundle.servers.find((server) => this.providers[server.name] === this.at(component))!;
    const { server } = this.stage.provisioning.catalog.find(extension, 'provisioning')!;
    const [field] = Object.entries(server).find(([, { type }]) => type === 'secret')!;
    await this.call('PATCH', `/api/v1/servers/${this.servers[name]}`, {
      settings: { [field]: `${String(this.at(component).server[field])}-2` },
    });
  }

  /** Tells the sandbox of a component's provider something of its own; see its README. */
  control(component: string, path: string, body: JsonObject): Promise<unknown> {
    return putControl(this.at(component), path, body);
  }

  terminate(serviceId: string): Promise<{ readonly jobId: string }> {
    return this.call('POST', `/api/v1/services/${serviceId}/operations`, { operation: 'terminate' });
  }

  /** The job as it stands: its state, its steps, its progress. */
  job(id: string): Promise<Answer> {
    return this.call('GET', `/api/v1/jobs/${id}`);
  }

  until(jobId: string, states: readonly string[], withinMs = 40_000): Promise<string> {
    return this.stage.until(jobId, states, withinMs);
  }

  async eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>, jobId: string): Promise<T> {
    let found: T | undefined;
    const ask = async (): Promise<string | undefined> => ((found = await look()) === undefined ? undefined : 'found');
    await waitFor(25_000, ask, async () => `it is not so that ${what}\n${await this.stage.story(jobId)}`);
    return found as T;
  }

  /** What staff are asked to see to. */
  async tasks(jobId?: string): Promise<readonly Task[]> {
    return (await this.call('GET', `/api/v1/operator-tasks?state=open${jobId === undefined ? '' : `&jobId=${jobId}`}`)).items;
  }

  /** Everything that is live at the bundle's providers. */
  ledger(): readonly LedgerEntry[] {
    return Object.values(this.providers).flatMap((provider) => provider.ledger());
  }

  /** Kind → how many. */
  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { kind } of this.ledger()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  violations(): readonly string[] {
    return Object.values(this.providers).flatMap((provider) => provider.violations());
  }

  /** Throws what was answered unless it is a success. */
  async call(method: string, path: string, body?: Json): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
