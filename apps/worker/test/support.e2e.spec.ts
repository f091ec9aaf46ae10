import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { grantApiKey } from './support/api-key.js';
import { Stage } from './support/stage.js';

const mapping = JSON.parse(readFileSync(join(__dirname, '../../../config/paymenter.json'), 'utf8')) as {
  readonly support: { readonly product: string; readonly key: string; readonly order: Record<string, string> };
};
const [component] = mapping.support.key.split('.');

describe('support subscriptions that are sold over HTTP by another panel, while workers are killed', () => {
  jest.setTimeout(90_000);
  const apiKey = `hwk_${'k'.repeat(12)}_${'s'.repeat(40)}`;
  const ids: readonly string[] = Array.from({ length: 60 }, (_, index) => `subscription ${index}`);
  const suspended = ids.slice(0, 40);
  /** What the other panel was told, by its id. */
  const told = new Map<string, string>();
  let stage: Stage;
  let url: string;

  beforeAll(async () => {
    stage = await Stage.open();
    const { pool } = stage.db;
    const one = async (text: string, values: unknown[]): Promise<string> => (await pool.query<{ id: string }>(text, values)).rows[0]!.id;
    // The shipped module that has no provider, so nothing of a server to know, and asks for what such a call brings.
    const [asked] = Object.keys(mapping.support.order).slice(-1);
    const { id: extension } = stage.provisioning.catalog
      .list()
      .find(({ modules }) => modules.some(({ server, order }) => Object.keys(server).length === 0 && order && asked! in order))!;
    const group = await one(`INSERT INTO server_group (name) VALUES ('support') RETURNING id`, []);
    const product = await one(`INSERT INTO product (code, name) VALUES ($1, 'Support') RETURNING id`, [mapping.support.product]);
    await pool.query(
      `INSERT INTO server (name, extension, kind, server_group_id, settings) VALUES ('support', $1, 'provisioning', $2, '{}')`,
      [extension, group],
    );
    await pool.query(`INSERT INTO product_component (product_id, name, extension, server_group_id) VALUES ($1, $2, $3, $4)`, [
      product,
      component,
      extension,
      group,
    ]);
    await grantApiKey(pool, apiKey, ['paymenter']);
    url = await stage.startApi();
  });
  afterAll(() => stage?.close());

  const call = async (verb: string, service_id: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}/support/${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ service_id, ...(verb === 'create' && { email: 'a@example.com', firstname: 'Ada', lastname: 'Lovelace' }) }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>;
  };

  const services = async () =>
    (
      await stage.db.pool.query<{ id: string; external_id: string; state: string; remote_id: string | null; properties: object }>(
        `SELECT s.id, s.external_id, s.state, c.remote_id, c.properties FROM service s JOIN service_component c ON c.service_id = s.id`,
      )
    ).rows;

  const count = async (state: string): Promise<number> => (await services()).filter((one) => one.state === state).length;

  const until = async (state: string, wanted: number): Promise<void> => {
    for (const end = Date.now() + 30_000; (await count(state)) < wanted; await new Promise((resolve) => setTimeout(resolve, 2)))
      if (Date.now() > end) throw new Error(`${await count(state)} are ${state}, not ${wanted}\n${stage.lines.slice(-10).join('\n')}`);
  };

  /** Asks for something of each, kills the only worker once the first is done, and lets another finish the rest. */
  const inTheMiddle = async (state: string, asked: readonly string[], ask: (id: string) => Promise<void>): Promise<void> => {
    const before = await count(state);
    const first = await stage.startWorker();
    const asking = Promise.all(asked.map(ask));
    await until(state, before + 1);
    first.kill('SIGKILL');
    await asking;
    const second = await stage.startWorker();
    await until(state, before + asked.length);
    second.kill('SIGKILL');
  };

  const nothingIsLostOrChanged = async (): Promise<void> => {
    for (const { external_id, remote_id, properties } of await services()) {
      expect(remote_id).toBe(told.get(external_id));
      expect(Object.values(properties)).toContain(told.get(external_id));
    }
    const { rows } = await stage.db.pool.query(
      `SELECT operation, state FROM provisioning_job WHERE state <> 'completed' UNION ALL SELECT kind, title FROM operator_task`,
    );
    expect(rows).toEqual([]);
  };

  it('have the key that was told, though the worker that issued them was killed', async () => {
    await inTheMiddle('active', ids, async (id) => {
      const { support_key } = await call('create', id);
      told.set(id, String(support_key));
    });
    expect(new Set(told.values()).size).toBe(ids.length);
    await nothingIsLostOrChanged();
  });

  it('keep it when they are suspended, and what is said of them is so', async () => {
    await inTheMiddle('suspended', suspended, async (id) => {
      expect(await call('suspend', id)).toEqual({ success: true, service_id: id, status: 'SUSPENDED' });
    });
    await nothingIsLostOrChanged();
    for (const { id, external_id } of await services()) {
      const state = suspended.includes(external_id) ? 'stopped' : 'running';
      expect(await stage.provisioning.inspector.inspect(id)).toEqual([{ name: component, inspection: { state } }]);
    }
  });

  it('keep it when they are good again, and on record when they have ended', async () => {
    await inTheMiddle('active', suspended, async (id) => {
      expect(await call('unsuspend', id)).toMatchObject({ status: 'ACTIVE' });
    });
    await nothingIsLostOrChanged();
    await inTheMiddle('terminated', ids, async (id) => {
      expect(await call('terminate', id)).toMatchObject({ status: 'INACTIVE' });
    });
    await nothingIsLostOrChanged();
    expect(await services()).toHaveLength(ids.length);
    for (const id of ids) expect(await call('terminate', id)).toMatchObject({ status: 'INACTIVE' });
  });
});
