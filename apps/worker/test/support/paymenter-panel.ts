import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SealedSettings } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { startNameServer, type InspectedSandbox, type NameServer } from '@hostwright/sdk-testing';
import { grantApiKey } from './api-key.js';
import { startSandbox } from './providers.js';
import { Stage } from './stage.js';

const mapping = JSON.parse(readFileSync(join(__dirname, '../../../../config/paymenter.json'), 'utf8')) as {
  readonly support: { readonly product: string; readonly key: string; readonly order: Record<string, string> };
  readonly zones: { readonly product: string; readonly component: string; readonly domain: string };
};
const apiKey = `hwk_${'k'.repeat(12)}_${'s'.repeat(40)}`;

export interface Answer {
  readonly status: number;
  readonly text: string;
  // What a call answers is each story's business.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

/** An installation that a Paymenter is connected to: it sells sites, zones and support, over HTTP, with processes of its own. */
export class PaymenterPanel {
  private constructor(
    readonly stage: Stage,
    /** The public DNS. */
    readonly names: NameServer,
    /** The name servers that customers' zones are on. */
    readonly zones: InspectedSandbox,
    readonly url: string,
    /** The only worker. */
    public worker: ChildProcess,
  ) {}

  static async open({ speed = 0.005 } = {}): Promise<PaymenterPanel> {
    const names = await startNameServer();
    const stage = await Stage.open({ speed, environment: { HOSTWRIGHT_DNS_SERVERS: names.address } });
    const zones = await sellZones(stage, speed);
    await sellSupport(stage);
    await grantApiKey(stage.db.pool, apiKey, ['paymenter']);
    const [url, worker] = await Promise.all([stage.startApi(), stage.startWorker()]);
    return new PaymenterPanel(stage, names, zones, url, worker);
  }

  async close(): Promise<void> {
    await this.stage.close();
    await Promise.all([this.zones.stop(), this.names.stop()]);
  }

  /** A call as that panel's extensions make it. */
  async call(method: 'GET' | 'POST', path: string, body?: JsonObject): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').startsWith('application/json');
    return { status: response.status, text, json: isJson ? JSON.parse(text) : undefined };
  }

  post(path: string, body: JsonObject): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /** A call whose connection breaks once it has had an effect, so that its answer is never read. */
  async lose(path: string, body: JsonObject, effect: () => Promise<true | undefined>): Promise<void> {
    const cut = new AbortController();
    const lost = fetch(this.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: cut.signal,
    }).catch(() => undefined);
    await this.until(`${path} has had an effect`, effect);
    cut.abort();
    await lost;
  }

  /** A site's status as soon as it is that one. */
  async untilStatus(serviceId: string, wanted: string): Promise<Answer> {
    return this.until(`${serviceId} is ${wanted}`, async () => {
      const answer = await this.call('GET', `/status?service_id=${serviceId}`);
      return answer.json?.status === wanted ? answer : undefined;
    });
  }

  /** When no job is under way any more. */
  async atRest(): Promise<void> {
    const { pool } = this.stage.db;
    await this.until('everything is done', async () => {
      const { rows } = await pool.query(
        `SELECT 1 FROM provisioning_job WHERE state IN ('pending', 'in_progress', 'waiting', 'rolling_back')`,
      );
      return rows.length === 0 || undefined;
    });
  }

  async until<T>(what: string, look: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> {
    for (const end = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > end) {
        const { rows } = await this.stage.db.pool.query<{ id: string }>(`SELECT max(id) AS id FROM provisioning_job`);
        throw new Error(`it is not so that ${what}\n${await this.stage.story(rows[0]!.id)}`);
      }
    }
  }

  /** One value of the first row. */
  async one<T>(text: string, values: readonly unknown[] = []): Promise<T> {
    const { rows } = await this.stage.db.pool.query<Record<string, T>>(text, [...values]);
    return Object.values(rows[0] ?? {})[0] as T;
  }

  /** What staff are asked to see to. */
  async tasks(): Promise<readonly object[]> {
    return (await this.stage.db.pool.query<object>(`SELECT kind, title, detail FROM operator_task WHERE state = 'open'`)).rows;
  }
}

/** A product of one component, of a module that has no server settings and asks for that at checkout. */
async function sell(
  { db, provisioning }: Stage,
  { product, component, asksFor }: { readonly product: string; readonly component: string; readonly asksFor: string },
  connections: Record<string, string>,
): Promise<void> {
  const { id: extension } = provisioning.catalog
    .list()
    .find(({ modules }) => modules.some(({ server, order }) => Object.keys(server).length === 0 && order && asksFor in order))!;
  await db.pool.query(
    `WITH g AS (INSERT INTO server_group (name) VALUES ($1) RETURNING id),
       s AS (INSERT INTO server (name, extension, kind, server_group_id, settings) SELECT $1, $3, 'provisioning', id, '{}' FROM g),
       p AS (INSERT INTO product (code, name) VALUES ($1, $1) RETURNING id)
     INSERT INTO product_component (product_id, name, extension, server_group_id, connections) SELECT p.id, $2, $3, g.id, $4 FROM p, g`,
    [product, component, extension, JSON.stringify(connections)],
  );
}

function sellSupport(stage: Stage): Promise<void> {
  const { product, key, order } = mapping.support;
  return sell(stage, { product, component: key.split('.')[0]!, asksFor: Object.keys(order).at(-1)! }, {});
}

/** Zones are kept by the shipped dns module that can make them. Answers its provider. */
async function sellZones(stage: Stage, speed: number): Promise<InspectedSandbox> {
  const { loader, sealer } = stage.provisioning;
  const { id: extension } = loader.list().find(({ id }) => loader.find(id)?.extension.dns?.ensureZone !== undefined)!;
  const provider = await startSandbox(extension, { speed });
  const serverId = await stage.db.pool
    .query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('server', 'id')) AS id`)
    .then(({ rows }) => rows[0]!.id);
  const settings = new SealedSettings(sealer).seal(serverId, loader.get(extension).extension.dns!.server, provider.server);
  await stage.db.pool.query(
    `INSERT INTO server (id, name, extension, kind, settings) OVERRIDING SYSTEM VALUE VALUES ($1, 'zones of customers', $2, 'dns', $3)`,
    [serverId, extension, JSON.stringify(settings)],
  );
  const { product, component, domain } = mapping.zones;
  await sell(stage, { product, component, asksFor: domain }, { dns: serverId });
  return provider;
}
