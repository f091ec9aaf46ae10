import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineExtension, defineProvisioning, fields, operation, PanelError, secret, type Extension } from '@hostwright/sdk';
import { LoadedModuleCatalog } from '../stores/index.js';
import { TurnedSealer } from '../testing/index.js';
import type { ExtensionModules } from './extension-modules.js';
import { PgAdoptionDesk } from './pg-adoption-desk.js';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;
let adoptions: PgAdoptionDesk;
let answer: () => unknown;
/** With what the module was asked. */
const asked: unknown[] = [];

const properties = fields({ pin: { type: 'secret', label: 'Pin' }, madeAt: { type: 'integer', label: 'Made at' } });
const order = fields({ domain: { type: 'hostname', label: 'Domain' }, email: { type: 'email', label: 'E-mail' } });
const product = fields({ plan: { type: 'text', label: 'Plan', optional: true } });
const extension: Extension = defineExtension({
  id: 'fake',
  name: 'Fake',
  provisioning: defineProvisioning(
    { server: fields({}), product, order, properties },
    {
      create: operation({ steps: ['make'], run: () => Promise.reject(new Error('nothing is made in these tests')) }),
      terminate: operation({ steps: ['end'], run: () => Promise.resolve(undefined) }),
      inspect: () => Promise.resolve({ state: 'running' }),
      listAccounts: () => Promise.resolve(['acme', 'beta'].map((remoteId) => ({ remoteId, name: remoteId, state: 'running' as const }))),
      adopt: ({ product: sold, remoteId }) => {
        asked.push({ sold, remoteId });
        return Promise.resolve().then(() => answer() as never);
      },
    },
  ),
});

beforeAll(async () => {
  engine = await EngineFixture.make();
  const modules = {
    find: () => Promise.resolve({ module: extension.provisioning, record: { extension: 'fake' } }),
    open: () => Promise.resolve({ ctx: {}, server: {} }),
  } as unknown as ExtensionModules;
  adoptions = new PgAdoptionDesk({
    pool: engine.pool,
    modules,
    catalog: new LoadedModuleCatalog([{ id: 'fake', name: 'Fake', version: '1.0.0', state: 'loaded', reason: null, extension }]),
    sealer: new TurnedSealer(),
    installationId: 'test',
  });
  await engine.product('hosting', { plan: 'basic' });
});
afterAll(() => engine.end());
beforeEach(async () => {
  await sql(`UPDATE service SET state = 'terminated'; DELETE FROM reservation`);
  asked.length = 0;
  answer = () => ({ properties: { pin: secret('4321'), madeAt: 7 }, order: { domain: 'acme.example' }, state: 'suspended' });
});

const sql = (text: string, values: unknown[] = []) => engine.pool.query<Record<string, unknown>>(text, values);
const count = async (): Promise<unknown> => (await sql(`SELECT count(*) AS n FROM service`)).rows[0]!['n'];
const adopt = (over: object = {}) =>
  adoptions.adopt({
    serverId: engine.serverId,
    remoteId: 'acme',
    productCode: 'hosting',
    customerEmail: 'new@example.com',
    order: { email: 'new@example.com' },
    requestedBy: 'staff:1',
    ...over,
  });

describe('an adoption', () => {
  it('is refused, and nothing is made, for what a living service has', async () => {
    await adopt();
    const before = await count();
    await expect(adopt()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is service') });
    expect(await count()).toBe(before);
  });

  it('is refused for what is being made for a service', async () => {
    const serviceId = await engine.service();
    const jobId = await engine.job('create', { serviceId });
    await sql(
      `INSERT INTO reservation (pool, value, name, component, job_id, service_id) VALUES ('username:here', 'acme', 'username', 'site', $1, $2)`,
      [jobId, serviceId],
    );
    await expect(adopt()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is refused for what a living service has by way of another server, and not for another of that name', async () => {
    const { rows } = await sql(
      `INSERT INTO server (name, extension, kind, settings) VALUES ('other', 'fake', 'provisioning', '{}') RETURNING id`,
    );
    const plain = answer() as object;
    answer = () => ({ ...plain, proof: { madeAt: 7 } });
    await adopt();
    await expect(adopt({ serverId: rows[0]!['id'] })).rejects.toMatchObject({ code: 'conflict' });
    answer = () => ({ ...plain, properties: { pin: secret('4321'), madeAt: 8 }, proof: { madeAt: 8 } });
    await adopt({ serverId: rows[0]!['id'] });
  });

  it('makes one service of it, however many ask at once', async () => {
    const asks = await Promise.allSettled(Array.from({ length: 10 }, () => adopt({ remoteId: 'many' })));
    expect(asks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([['hw-other-1'], ['hw-test-5']])('is refused for what bears the mark %s', async (owner) => {
    const plain = answer() as object;
    answer = () => ({ ...plain, owner });
    await expect(adopt()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(owner) });
  });

  it.each([
    ['an unknown product', { productCode: 'none' }, 'invalid_input'],
    ['an unknown server', { serverId: 'x' }, 'not_found'],
    ['a remote id that is none', { remoteId: 'a\u0000' }, 'not_found'],
    ['an answer of the order that is wrong', { order: { email: 'nobody' } }, 'invalid_input'],
    ['an answer of the order that is missing', { order: {} }, 'invalid_input'],
    ['one that nobody asked', { order: { email: 'a@example.com', colour: 'red' } }, 'invalid_input'],
  ])('is refused with %s', async (_what, over, code) => {
    const before = await count();
    await expect(adopt(over)).rejects.toMatchObject({ code });
    expect(await count()).toBe(before);
  });

  it('tells what the provider says', async () => {
    answer = () => {
      throw new PanelError('not_found', 'there is no account acme');
    };
    await expect(adopt()).rejects.toMatchObject({ code: 'not_found', message: 'there is no account acme' });
  });

  it.each([
    ['nothing', undefined],
    ['no state', { properties: {}, order: {} }],
    ['an unknown state', { properties: {}, order: {}, state: 'gone' }],
  ])('believes no module that answers %s', async (_what, said) => {
    answer = () => said;
    await expect(adopt()).rejects.toMatchObject({ code: 'unknown_outcome' });
  });

  it('stops at properties that the module did not declare', async () => {
    answer = () => ({ properties: { colour: 'red' }, order: { domain: 'acme.example' }, state: 'active' });
    await expect(adopt()).rejects.toThrow(/did not declare/);
  });

  it('makes a service in the state it is in, with what the module left on it, secrets sealed', async () => {
    const { serviceId } = await adopt();
    expect(asked).toEqual([{ sold: { plan: 'basic' }, remoteId: 'acme' }]);
    const { rows } = await sql(
      `SELECT s.state, s.desired_state, s.order_values, u.email, c.remote_id, c.properties, c.server_id::text, c.settings
       FROM service s JOIN customer u ON u.id = s.customer_id JOIN service_component c ON c.service_id = s.id WHERE s.id = $1`,
      [serviceId],
    );
    expect(rows).toEqual([
      {
        state: 'suspended',
        desired_state: 'suspended',
        order_values: { domain: 'acme.example', email: 'new@example.com' },
        email: 'new@example.com',
        remote_id: 'acme',
        properties: { pin: { $sealed: '1234' }, madeAt: 7 },
        server_id: engine.serverId,
        settings: { plan: 'basic' },
      },
    ]);
    const { rows: audit } = await sql(`SELECT actor, action, details FROM audit WHERE subject = $1`, [`service:${serviceId}`]);
    expect(audit).toMatchObject([{ actor: 'staff:1', action: 'service.adopted', details: { remoteId: 'acme', product: 'hosting' } }]);
    expect(JSON.stringify(audit)).not.toMatch(/4321|1234/);
  });

  it('may follow a service that is over', async () => {
    const { serviceId } = await adopt();
    await sql(`UPDATE service SET state = 'terminated' WHERE id = $1`, [serviceId]);
    expect((await adopt()).serviceId).not.toBe(serviceId);
  });
});

it('what is on a server is shown with the living service that has it', async () => {
  const { serviceId } = await adopt();
  expect(await adoptions.accounts(engine.serverId)).toEqual([
    { remoteId: 'acme', name: 'acme', state: 'running', serviceId },
    { remoteId: 'beta', name: 'beta', state: 'running', serviceId: null },
  ]);
});
