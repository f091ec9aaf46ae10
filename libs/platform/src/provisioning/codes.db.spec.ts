import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Doorbell } from '@hostwright/core';
import { code, defineExtension, defineProvisioning, fields, operation, type Extension } from '@hostwright/sdk';
import { LoadedModuleCatalog } from '../stores/index.js';
import { createTestDatabase, TurnedSealer, type TestDatabase } from '../testing/index.js';
import { PgProvisioningDesk } from './pg-provisioning-desk.js';

const none = fields({});
const extension: Extension = defineExtension({
  id: 'codes',
  name: 'Codes',
  provisioning: defineProvisioning(
    { server: none, product: none, order: none, properties: none },
    {
      create: operation({
        reserve: { key: code({ prefix: 'K-', length: 16 }) },
        steps: ['issue'],
        run: () => Promise.resolve({ remoteId: 'x' }),
      }),
      terminate: operation({ steps: ['end'], run: () => Promise.resolve(undefined) }),
      inspect: () => Promise.resolve({ state: 'running' }),
    },
  ),
});

let database: TestDatabase;
let groupId: string;

const one = async <T = string>(text: string, values: readonly unknown[] = []): Promise<T> =>
  Object.values((await database.pool.query<Record<string, T>>(text, [...values])).rows[0] ?? {})[0] as T;

function aDesk(randomInteger: (below: number) => number = (below) => randomInt(below)): PgProvisioningDesk {
  return new PgProvisioningDesk({
    pool: database.pool,
    extensions: { find: () => ({ extension, version: '1.0.0', manifest: { sdk: 1, egress: [] } }) },
    modules: new LoadedModuleCatalog([{ id: 'codes', name: 'Codes', version: '1.0.0', state: 'loaded', reason: null, extension }]),
    sealer: new TurnedSealer(),
    doorbell: { ring: () => Promise.resolve() } as Doorbell,
    installationId: 'test',
    randomInteger,
  });
}

/** Draws whole codes of one letter: 0 is all A. */
const drawing = (letters: readonly number[]): ((below: number) => number) => {
  let drawn = 0;
  return () => letters[Math.min(Math.floor(drawn++ / 16), letters.length - 1)]!;
};

const place = (desk: PgProvisioningDesk, id?: string) =>
  desk.placeOrder({
    productCode: 'p',
    customerEmail: 'a@example.com',
    order: {},
    ...(id === undefined ? {} : { external: { source: 'test', id } }),
    requestedBy: 'test',
  });

beforeAll(async () => {
  database = await createTestDatabase();
  groupId = await one(`INSERT INTO server_group (name) VALUES ('g') RETURNING id`);
  const product = await one(`INSERT INTO product (code, name) VALUES ('p', 'P') RETURNING id`);
  await one(`INSERT INTO server (name, extension, kind, server_group_id, settings) VALUES ('s', 'codes', 'provisioning', $1, '{}')`, [
    groupId,
  ]);
  await one(`INSERT INTO product_component (product_id, name, extension, server_group_id) VALUES ($1, 'main', 'codes', $2)`, [
    product,
    groupId,
  ]);
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('TRUNCATE reservation'));

describe('a code that is reserved', () => {
  it('is another for each of a hundred orders that arrive together, and told at once', async () => {
    const desk = aDesk();
    const placed = await Promise.all(Array.from({ length: 100 }, () => place(desk)));
    const codes = placed.map(({ reserved }) => reserved['main']!['key']);
    expect(new Set(codes).size).toBe(100);
    for (const each of codes) expect(each).toMatch(/^K-[A-Z0-9]{16}$/);
  });

  it('is what the job works with, whatever happens to its worker', async () => {
    const { jobId, reserved } = await place(aDesk());
    expect(await one(`SELECT program #>> '{components,0,reserved,key}' FROM provisioning_job WHERE id = $1`, [jobId])).toBe(
      reserved['main']!['key'],
    );
  });

  it('is the same when the same order comes again, also when a hundred come at once', async () => {
    const desk = aDesk();
    const placed = await Promise.all(Array.from({ length: 100 }, () => place(desk, 'rush')));
    expect(placed.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(placed.map(({ reserved }) => reserved['main']!['key'])).size).toBe(1);
  });

  it('is drawn once more when chance gives one that is taken', async () => {
    await place(aDesk(drawing([0])));
    expect((await place(aDesk(drawing([0, 0, 1])))).reserved['main']).toEqual({ key: `K-${'B'.repeat(16)}` });
  });

  it('is never given again, not even long after its service has ended', async () => {
    await place(aDesk(drawing([0])));
    await database.pool.query(`UPDATE reservation SET free_at = now() - interval '1 year'`);
    expect((await place(aDesk(drawing([0, 1])))).reserved['main']).toEqual({ key: `K-${'B'.repeat(16)}` });
  });

  it('takes the order with it when there is none: nothing stays behind', async () => {
    const stuck = aDesk(drawing([0]));
    await place(stuck);
    const before = await one('SELECT count(*) FROM service');
    await expect(place(stuck)).rejects.toMatchObject({ code: 'conflict', field: 'key' });
    expect([await one('SELECT count(*) FROM service'), await one('SELECT count(*)::int FROM reservation')]).toEqual([before, 1]);
  });
});
