import type { ChildProcess } from 'node:child_process';
import type { Json, JsonObject } from '@hostwright/sdk';
import {
  putControl,
  standingRecords,
  startNameServer,
  type InspectedSandbox,
  type LedgerEntry,
  type NameServer,
} from '@hostwright/sdk-testing';
import { grantApiKey } from './api-key.js';
import { bundleOf, bundles, plans, servers, type Bundle, type BundlePlan, type BundleServer, type Counts } from './bundles.js';
import { MailServer, type TakenMail } from './mail-server.js';
import { startSandbox } from './providers.js';
import { Stage } from './stage.js';
import { waitFor } from './waits.js';

const apiKey = `hwk_${'b'.repeat(12)}_${'s'.repeat(40)}`;
const scopes = [
  'servers:write',
  'catalog:write',
  'services:read',
  'services:write',
  'jobs:read',
  'jobs:write',
  'triggers:read',
  'triggers:write',
];
export const publicUrl = 'https://panel.example.com';
const support = 'support@example.com';

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

export interface Ordered {
  readonly serviceId: string;
  readonly jobId: string;
}

/** An installation that sells the bundles: everything is entered and ordered over HTTP, and a worker process delivers it. */
export class BundlePanel {
  /** Ids by the server's name. */
  readonly servers: Record<string, string> = {};
  private readonly groups: Record<string, string> = {};

  private constructor(
    readonly stage: Stage,
    /** By the server's name. A module without a provider has none. */
    readonly providers: Readonly<Record<string, InspectedSandbox>>,
    /** The public DNS: what stands at the name servers of the zones, and which domains are delegated. */
    readonly names: NameServer,
    private readonly mails: MailServer,
    readonly url: string,
    private worker: ChildProcess,
  ) {}

  static async open({ speed = 0.002, waitScale = 0.005 } = {}): Promise<BundlePanel> {
    const providers: Record<string, InspectedSandbox> = {};
    const zones = servers.filter(({ kind }) => kind === 'dns').map(({ name }) => name);
    const names = await startNameServer({ standing: () => standingRecords(zones.flatMap((name) => providers[name]?.ledger() ?? [])) });
    const mails = await MailServer.start();
    const environment = { HOSTWRIGHT_DNS_SERVERS: names.address, SMTP_URL: mails.url, SUPPORT_EMAIL: support, PUBLIC_URL: publicUrl };
    const stage = await Stage.open({ speed, waitScale, environment });
    for (const { name, extension } of servers) {
      const [module] = stage.provisioning.catalog.list().find(({ id }) => id === extension)!.modules;
      if (Object.keys(module!.server).length > 0) providers[name] = await startSandbox(extension, { speed });
    }
    const [url, worker] = await Promise.all([stage.startApi(), stage.startWorker()]);
    await grantApiKey(stage.db.pool, apiKey, scopes);
    const panel = new BundlePanel(stage, providers, names, mails, url, worker);
    try {
      for (const server of servers) await panel.connect(server);
      for (const bundle of bundles) await panel.sell(bundle);
      for (const plan of plans) await panel.map(plan);
      await panel.validateNames();
    } catch (error) {
      await panel.close();
      throw error;
    }
    return panel;
  }

  async close(): Promise<void> {
    await this.stage.close();
    await Promise.all([...Object.values(this.providers).map((provider) => provider.stop()), this.names.stop(), this.mails.stop()]);
  }

  private async connect({ name, extension, kind, settings }: BundleServer): Promise<void> {
    if (kind === 'provisioning') this.groups[name] = (await this.call('POST', '/api/v1/server-groups', { name: `bundles: ${name}` })).id;
    const group = this.groups[name] === undefined ? {} : { serverGroupId: this.groups[name] };
    const all = withoutNulls({ ...this.providers[name]?.server, ...settings });
    this.servers[name] = (await this.call('POST', '/api/v1/servers', { name, extension, kind, ...group, settings: all })).id;
  }

  /** A bundle as a product. */
  async sell(bundle: Bundle, { code = bundle.code, onFailure = 'roll back' } = {}): Promise<void> {
    const components = bundle.components.map(({ name, server, settings, connections = {}, inputs = {}, site }) => ({
      name,
      extension: servers.find((each) => each.name === server)!.extension,
      serverGroupId: this.groups[server]!,
      settings: withoutNulls({ ...this.providers[server]?.product, ...settings }),
      connections: Object.fromEntries(Object.entries(connections).map(([kind, at]) => [kind, this.servers[at]!])),
      inputs,
      ...(site ? { site } : {}),
    }));
    const { name, addonOf = [] } = bundle;
    await this.call('POST', '/api/v1/products', { code, name, components, onFailure, addonOf: [...addonOf] });
  }

  /** A product that consists of one module of a server, and asks for nothing. */
  async sellAlone(server: string, code: string, settings: JsonObject): Promise<void> {
    const { extension } = servers.find(({ name }) => name === server)!;
    const all = { ...this.providers[server]?.product, ...settings };
    const component = { name: 'site', extension, serverGroupId: this.groups[server]!, settings: all };
    await this.call('POST', '/api/v1/products', { code, name: code, components: [component] });
  }

  /** Says that a plan at a billing system means a product. */
  async map({ server, plan, bundle, orderValues }: BundlePlan): Promise<void> {
    await this.call('POST', '/api/v1/trigger-mappings', { serverId: this.servers[server]!, plan, product: bundle, orderValues });
  }

  /** Orders a bundle by a call, for a customer whose domain is delegated to us. */
  order(customer: string, code: string): Promise<Ordered> {
    const order = JSON.parse(JSON.stringify(bundleOf(code).order).replaceAll('{customer}', customer)) as JsonObject;
    this.delegate(`${customer}.example`);
    return this.call('POST', '/api/v1/services', { product: code, customer: { email: `${customer}@example.com` }, order });
  }

  delegate(domain: string): void {
    const { name } = servers.find(({ kind }) => kind === 'dns')!;
    this.names.set(domain, 'NS', String(this.at(name).server['nameServers']).split(' '));
  }

  /** Lets the authority look names up at our public DNS, or where nobody answers. */
  validateNames(answers = true): Promise<unknown> {
    return this.control('certificates', '/name-server', { address: answers ? this.names.address : '127.0.0.1:9' });
  }

  /** The provider of a server. */
  at(server: string): InspectedSandbox {
    return this.providers[server]!;
  }

  /** Tells a provider's sandbox something of its own; see its README. */
  control(server: string, path: string, body: JsonObject): Promise<unknown> {
    return putControl(this.at(server), path, body);
  }

  /** What a provider's sandbox says of itself; see its README. */
  async look(server: string, path: string): Promise<Answer> {
    return (await fetch(this.at(server).controlUrl + path)).json();
  }

  /** As staff mend the settings of a server when its key was changed: the sandbox's second one is the first with `-2`. */
  async enterNewSecret(name: string): Promise<void> {
    const { extension } = servers.find((server) => server.name === name)!;
    const { server } = this.stage.provisioning.catalog.find(extension, 'provisioning')!;
    const [field] = Object.entries(server).find(([, { type }]) => type === 'secret')!;
    const settings = { [field]: `${String(this.at(name).server[field])}-2` };
    await this.call('PATCH', `/api/v1/servers/${this.servers[name]}`, { settings });
  }

  /** Kills the only worker, and starts another. */
  async killWorker(): Promise<void> {
    const gone = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.kill('SIGKILL');
    await gone;
    this.worker = await this.stage.startWorker();
  }

  /** The job as it stands: its state, its steps, its progress. */
  job(id: string): Promise<Answer> {
    return this.call('GET', `/api/v1/jobs/${id}`);
  }

  until(jobId: string, states: readonly string[], withinMs = 40_000): Promise<string> {
    return this.stage.until(jobId, states, withinMs);
  }

  async eventually<T>(what: string, look: () => T | undefined | Promise<T | undefined>, jobId?: string): Promise<T> {
    let found: T | undefined;
    const ask = async (): Promise<string | undefined> => ((found = await look()) === undefined ? undefined : 'found');
    const story = async () => (jobId === undefined ? this.stage.lines.slice(-10).join('\n') : this.stage.story(jobId));
    await waitFor(25_000, ask, async () => `it is not so that ${what}\n${await story()}`);
    return found as T;
  }

  /** What staff are asked to see to; only what a job is about or waits for. */
  async tasks(jobId?: string): Promise<readonly Task[]> {
    return (await this.call('GET', `/api/v1/operator-tasks?state=open&limit=200${jobId === undefined ? '' : `&jobId=${jobId}`}`)).items;
  }

  /** What was told by mail by now to a customer, or to support of a job, once all that was to be told has been. */
  async told(to: { readonly customer: string } | { readonly jobId: string }): Promise<readonly TakenMail[]> {
    await this.eventually('everything is told', async () => {
      const { rowCount } = await this.stage.db.pool.query(
        `SELECT 1 FROM outbox UNION ALL SELECT 1 FROM queue_task WHERE queue = 'emails' AND state IN ('pending', 'running') AND wake_at <= now() + interval '1 minute'`,
      );
      return rowCount === 0 || undefined;
    });
    if ('customer' in to) return this.mails.to(`${to.customer}@example.com`);
    return this.mails.to(support).filter(({ text }) => new RegExp(`^Job: ${to.jobId}$`, 'm').test(text));
  }

  /** Support gets single mails again, as a quarter of an hour later. */
  async nextInterval(): Promise<void> {
    await this.stage.db.pool.query(`UPDATE support_mail_allowance SET since = now(), taken = 0`);
  }

  /** Everything that is live at the providers. */
  ledger(): readonly LedgerEntry[] {
    return Object.values(this.providers).flatMap((provider) => provider.ledger());
  }

  counts(): Counts {
    const counts: Record<string, Record<string, number>> = {};
    for (const [server, provider] of Object.entries(this.providers))
      for (const { kind } of provider.ledger()) {
        const here = (counts[server] ??= {});
        here[kind] = (here[kind] ?? 0) + 1;
      }
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

function withoutNulls(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
