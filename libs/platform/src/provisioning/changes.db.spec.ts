import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  absent,
  action,
  done,
  fields,
  leaving,
  operation,
  PanelError,
  secret,
  type ChangeShape,
  type Fields,
  type JsonObject,
} from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;

beforeAll(async () => {
  engine = await EngineFixture.make();
  await engine.runner().start();
  await engine.product('small', { memory: 1 });
  await engine.product('large', { memory: 4 });
  await engine.product('other', { memory: 4 }, 'shop');
});
afterAll(() => engine.end());
beforeEach(() => engine.reset());

const create = operation({ steps: ['make'], run: async () => ({ remoteId: 'r1', plan: 'small', token: secret('t') }) });

/** A service that was delivered. */
async function delivered(): Promise<string> {
  const serviceId = await engine.service();
  await engine.until(await engine.job('create', { serviceId }), 'completed');
  return serviceId;
}

const componentOf = async (serviceId: string) =>
  (
    await engine.pool.query<{ remote_id: string; properties: JsonObject; settings: JsonObject; code: string; state: string }>(
      `SELECT c.remote_id, c.properties, c.settings, p.code, s.state FROM service_component c JOIN service s ON s.id = c.service_id JOIN product p ON p.id = s.product_id WHERE s.id = $1`,
      [serviceId],
    )
  ).rows[0]!;

describe('a change of package', () => {
  const seen: object[] = [];
  type Shape = ChangeShape<Fields, Fields, Fields, Fields>;
  const change = operation<Shape>({
    steps: ['resize'],
    async run({ product, previous, properties, step }) {
      await step('resize', {
        run: async () => {
          seen.push({ product, previous, properties });
        },
      });
      return { plan: 'large' } as object;
    },
  });
  beforeEach(() => {
    seen.length = 0;
  });

  it('gives the module what was and what is to be, and with its end the service is of the other product', async () => {
    engine.modules = { provisioning: { create, changePackage: change } };
    const serviceId = await delivered();
    const { jobId } = await engine.desk.changePackage(serviceId, 'large', 'test');
    await engine.until(jobId, 'completed');
    expect(seen).toEqual([{ product: { memory: 4 }, previous: {}, properties: { plan: 'small', token: { $secret: 't' } } }]);
    expect(await componentOf(serviceId)).toEqual({
      remote_id: 'r1',
      properties: { plan: 'large', token: { $sealed: 't' } },
      settings: { memory: 4 },
      code: 'large',
      state: 'active',
    });
    const back = await engine.desk.changePackage(serviceId, 'small', 'test');
    await engine.until(back.jobId, 'completed');
    expect(seen[1]).toMatchObject({ product: { memory: 1 }, previous: { memory: 4 } });
  });

  it('is looked back on with what it began with: what it has left is no reason to take another way', async () => {
    const made: string[] = [];
    const adding = operation<Shape>({
      steps: ['add'],
      async run({ properties, step, skip }) {
        if ((properties as { plan?: string }).plan === 'large') skip('add', 'it is there');
        else
          await step('add', {
            strength: 'unique',
            claim: 'disk',
            find: () => Promise.resolve(made.length > 0 ? done() : absent),
            run: () => {
              made.push('disk');
              return Promise.reject(new PanelError('unknown_outcome', 'no answer'));
            },
            undo: async () => void made.pop(),
          });
        return { plan: 'large' } as object;
      },
    });
    engine.modules = { provisioning: { create, changePackage: adding } };
    const serviceId = await delivered();
    const { jobId } = await engine.desk.changePackage(serviceId, 'large', 'test');
    await engine.until(jobId, 'completed');
    const ended = await engine.lateLooks(jobId);
    expect([ended.tasks, made, (await componentOf(serviceId)).properties]).toMatchObject([[], ['disk'], { plan: 'large' }]);
    expect(JSON.stringify(ended.program)).not.toContain('$sealed');
  });

  it('that fails leaves the service what it was', async () => {
    const failing = operation({
      steps: ['resize'],
      async run({ step }) {
        await step('resize', { run: () => Promise.reject(new PanelError('rejected', 'no')) });
        return undefined;
      },
    });
    engine.modules = { provisioning: { create, changePackage: failing } };
    const serviceId = await delivered();
    const { jobId } = await engine.desk.changePackage(serviceId, 'large', 'test');
    await engine.until(jobId, 'needs_operator');
    expect(await componentOf(serviceId)).toMatchObject({ settings: {}, code: 'p', properties: { plan: 'small' } });
  });

  it('is asked for once, and not to two products at a time', async () => {
    engine.modules = { provisioning: { create, changePackage: change } };
    const serviceId = await delivered();
    await engine.job('suspend', { serviceId, steps: [] }); // comes first, and its module cannot
    const first = await engine.desk.changePackage(serviceId, 'large', 'test');
    expect(await engine.desk.changePackage(serviceId, 'large', 'test')).toEqual({ jobId: first.jobId, created: false });
    await expect(engine.desk.changePackage(serviceId, 'small', 'test')).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['a product that is not there', 'nothing', 'invalid_input'],
    ['one of other components', 'other', 'conflict'],
    ['one that the module refuses', 'large', 'conflict'],
  ])('to %s is refused, and nothing is made', async (_, code, error) => {
    const allowChange = () => {
      throw new PanelError('conflict', 'a disk does not shrink');
    };
    engine.modules = { provisioning: { create, changePackage: change, allowChange } };
    const serviceId = await delivered();
    await expect(engine.desk.changePackage(serviceId, code, 'test')).rejects.toMatchObject({ code: error });
    const { rows } = await engine.pool.query(`SELECT 1 FROM provisioning_job WHERE service_id = $1 AND operation = 'changePackage'`, [
      serviceId,
    ]);
    expect(rows).toEqual([]);
  });
});

describe('an action', () => {
  const backUp = action({
    label: 'Back up',
    input: fields({ name: { type: 'text', label: 'Name', maxLength: 10 } }),
    shownTo: 'customer',
    steps: ['back up'],
    async run({ input, step }) {
      const name = await step('back up', { run: async () => `${String(input.name)}-1` });
      return { name, notes: null };
    },
  });
  const restart = action({ label: 'Restart', when: ['suspended'], steps: ['restart'], run: async () => undefined });
  const press = (serviceId: string, name: string, input: JsonObject = {}, byCustomer = false) =>
    engine.desk.act({ serviceId, name, input, requestedBy: 'test', byCustomer });

  it('is a job with its input, and answers as its result', async () => {
    engine.modules = { provisioning: { create, actions: { backUp, restart } } };
    const serviceId = await delivered();
    const { jobId } = await press(serviceId, 'backUp', { name: 'mine' }, true);
    const job = await engine.until(jobId, 'completed');
    expect(job.events.at(-1)).toBe('complete backUp: done 100');
    const { rows } = await engine.pool.query(`SELECT result, interactive, operation FROM provisioning_job WHERE id = $1`, [jobId]);
    expect(rows).toEqual([{ result: { name: 'mine-1', notes: null }, interactive: true, operation: 'backUp' }]);
    expect(await componentOf(serviceId)).toMatchObject({ properties: { plan: 'small' }, state: 'active' });
  });

  it('may leave properties besides its answer, and tells the asker nothing of them', async () => {
    const renew = action({
      label: 'Renew',
      steps: ['renew'],
      async run({ step }) {
        const plan = await step('renew', { run: async () => 'large' });
        return leaving({ plan }, { renewed: true });
      },
    });
    const silent = action({
      label: 'Silent',
      steps: ['s'],
      run: async ({ step }) => leaving({ plan: await step('s', { run: async () => 'huge' }) }),
    });
    engine.modules = { provisioning: { create, actions: { renew, silent } } };
    const serviceId = await delivered();
    const results: unknown[] = [];
    for (const [name, plan] of [
      ['renew', 'large'],
      ['silent', 'huge'],
    ] as const) {
      const { jobId } = await press(serviceId, name);
      await engine.until(jobId, 'completed');
      expect(await componentOf(serviceId)).toMatchObject({ properties: { plan }, state: 'active' });
      results.push((await engine.pool.query(`SELECT result FROM provisioning_job WHERE id = $1`, [jobId])).rows[0]);
    }
    expect(results).toEqual([{ result: { renewed: true } }, { result: null }]);
  });

  it.each([
    ['one that the module has not', 'fly', {}, false, 'not_found'],
    ['a verb', 'terminate', {}, false, 'not_found'],
    ['one that is not for customers', 'restart', {}, true, 'not_found'],
    ['one that is not possible in this state', 'restart', {}, false, 'conflict'],
    ['input that is missing', 'backUp', {}, false, 'invalid_input'],
    ['input that is not known', 'backUp', { name: 'a', size: 1 }, false, 'invalid_input'],
  ])('is refused for %s, and nothing is made', async (_, name, input, byCustomer, code) => {
    engine.modules = { provisioning: { create, terminate: create, actions: { backUp, restart } } };
    const serviceId = await delivered();
    await expect(press(serviceId, name, input, byCustomer)).rejects.toMatchObject({ code });
    const { rows } = await engine.pool.query(`SELECT count(*)::int AS jobs FROM provisioning_job WHERE service_id = $1`, [serviceId]);
    expect(rows).toEqual([{ jobs: 1 }]);
  });

  it.each([
    ['the fault of who pressed it asks nobody else', 'conflict' as const, []],
    ['no fault of theirs asks staff', 'rejected' as const, ['failed']],
  ])('that fails by %s', async (_, code, tasks) => {
    const refused = action({
      label: 'Back up',
      steps: ['back up'],
      async run({ step }) {
        await step('back up', { run: () => Promise.reject(new PanelError(code, 'all two backups of the plan are there')) });
      },
    });
    engine.modules = { provisioning: { create, actions: { backUp: refused } } };
    const serviceId = await delivered();
    const job = await engine.until((await press(serviceId, 'backUp')).jobId, 'failed');
    expect(job.failure).toMatchObject({ code, message: 'all two backups of the plan are there' });
    expect(job.tasks.map((task) => task.split(' ')[0])).toEqual(tasks);
  });

  it('that is not over is asked for once with the same input, and again with another', async () => {
    engine.modules = { provisioning: { create, actions: { backUp } } };
    const serviceId = await delivered();
    await engine.job('suspend', { serviceId, steps: [] }); // comes first, and its module cannot
    const first = await press(serviceId, 'backUp', { name: 'a' });
    expect(await press(serviceId, 'backUp', { name: 'a' })).toEqual({ jobId: first.jobId, created: false });
    expect((await press(serviceId, 'backUp', { name: 'b' })).created).toBe(true);
  });
});

describe('a later operation', () => {
  it('may leave changed properties, and only those that are declared', async () => {
    engine.properties = fields({
      plan: { type: 'text', label: 'Plan', maxLength: 10 },
      token: { type: 'secret', label: 'Token' },
    });
    const suspend = operation({ steps: ['stop'], run: async () => ({ plan: 'asleep' }) });
    const unsuspend = operation({ steps: ['start'], run: async () => ({ colour: 'red' }) });
    engine.modules = { provisioning: { create, suspend, unsuspend } };
    const serviceId = await delivered();
    await engine.until((await engine.desk.request(serviceId, 'suspend', 'test')).jobId, 'completed');
    expect(await componentOf(serviceId)).toMatchObject({ properties: { plan: 'asleep', token: { $sealed: 't' } }, state: 'suspended' });
    await engine.until((await engine.desk.request(serviceId, 'unsuspend', 'test')).jobId, 'needs_operator');
    expect(await componentOf(serviceId)).toMatchObject({ properties: { plan: 'asleep' }, state: 'suspended' });
  });
});
