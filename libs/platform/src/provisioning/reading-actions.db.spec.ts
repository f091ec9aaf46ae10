import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  action,
  defineExtension,
  defineProvisioning,
  done,
  fields,
  operation,
  secret,
  type Extension,
  type LaterShape,
} from '@hostwright/sdk';
import { LoadedModuleCatalog } from '../stores/index.js';
import { TurnedSealer } from '../testing/index.js';
import type { ExtensionModules } from './extension-modules.js';
import { ModuleInspector } from './module-reads.js';
import { EngineFixture } from './testing/engine-fixture.js';

const none = fields({});
const count = fields({ atMost: { type: 'integer', label: 'At most', default: 3 } });
type Later = LaterShape<typeof none, typeof none, typeof none, typeof none>;

const extension: Extension = defineExtension({
  id: 'fake',
  name: 'Fake',
  provisioning: defineProvisioning(
    { server: none, product: none, order: none, properties: none },
    {
      create: operation({ steps: ['make'], run: () => Promise.resolve({ remoteId: 'r1' }) }),
      terminate: operation({ steps: ['end'], run: () => Promise.resolve(undefined) }),
      inspect: () => Promise.resolve({ state: 'running' }),
      actions: {
        list: action<Later, typeof count>({
          label: 'List',
          shownTo: 'customer',
          reads: true,
          input: count,
          steps: ['list'],
          async run({ remoteId, input: { atMost }, step }) {
            const found = await step('list', { run: () => Promise.resolve([`${remoteId}-1`, `${remoteId}-2`].slice(0, atMost)) });
            return { found, key: secret('1234') };
          },
        }),
        peek: action<Later>({ label: 'Peek', reads: true, steps: [], run: () => Promise.resolve('for staff') }),
        waits: action<Later>({
          label: 'Wait',
          shownTo: 'customer',
          reads: true,
          steps: ['wait'],
          run: ({ step }) => step('wait', { until: () => Promise.resolve(done()) }),
        }),
        restart: action<Later>({ label: 'Restart', shownTo: 'customer', steps: [], run: () => Promise.resolve({ state: 'running' }) }),
      },
    },
  ),
});

let engine: EngineFixture;
let inspector: ModuleInspector;
let serviceId: string;
beforeAll(async () => {
  engine = await EngineFixture.make();
  inspector = new ModuleInspector({
    pool: engine.pool,
    modules: {
      find: () => Promise.resolve({ module: extension.provisioning, record: { extension: 'fake' } }),
      open: () => Promise.resolve({ ctx: {}, server: {} }),
    } as unknown as ExtensionModules,
    catalog: new LoadedModuleCatalog([{ id: 'fake', name: 'Fake', version: '1.0.0', state: 'loaded', reason: null, extension }]),
    sealer: new TurnedSealer(),
    installationId: 'test',
  });
  serviceId = await engine.service();
  await engine.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [serviceId]);
  await engine.pool.query(`UPDATE service_component SET remote_id = 'r1' WHERE service_id = $1`, [serviceId]);
});
afterAll(() => engine.end());

const ask = (name: string, input = {}, byCustomer = true) =>
  inspector.ask(serviceId, { action: name, component: 'site', input, byCustomer });

describe('an action that only reads', () => {
  it('is answered beside whatever is under way, without a job, and shows no secret', async () => {
    const jobId = await engine.job('suspend', { serviceId });
    expect(await ask('list', { atMost: 1 })).toEqual({ found: ['r1-1'], key: expect.not.stringContaining('1234') });
    const { rows } = await engine.pool.query(`SELECT id, state FROM provisioning_job WHERE service_id = $1`, [serviceId]);
    expect(rows).toEqual([{ id: jobId, state: 'pending' }]);
    await engine.pool.query(`DELETE FROM provisioning_job`);
  });

  it.each([
    ['of another kind', 'restart', {}, 'unsupported'],
    ['that is not there', 'erase', {}, 'not_found'],
    ['that is for staff', 'peek', {}, 'not_found'],
    ['with a value that it does not take', 'list', { atMost: 'many' }, 'invalid_input'],
  ])('refuses one %s', async (_, name, input, code) => {
    await expect(ask(name, input)).rejects.toMatchObject({ code });
    expect(await ask('peek', {}, false)).toBe('for staff');
  });

  it('is no way round the journal: a step that is more than a call is a bug', async () => {
    await expect(ask('waits')).rejects.toThrow("the step 'wait' of an action that reads is more than a call");
  });

  it('is not asked of a service that does not stand so', async () => {
    await engine.pool.query(`UPDATE service SET state = 'suspended' WHERE id = $1`, [serviceId]);
    await expect(ask('list')).rejects.toMatchObject({ code: 'conflict' });
    await engine.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [serviceId]);
  });
});
