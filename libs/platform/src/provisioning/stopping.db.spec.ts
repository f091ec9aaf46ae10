import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, pending } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate, lost, refused, Things } from './testing/things.js';

describe('an operation that is asked to stop', () => {
  let engine: EngineFixture;
  let things: Things;
  let gate: Gate;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    things = new Things();
    gate = new Gate();
  });

  /** Removes what create left, by what create left on the service. */
  const terminate = operation({
    steps: ['remove'],
    async run({ step, ...rest }) {
      const { remoteId, properties } = rest as unknown as { remoteId?: string; properties?: { node?: string } };
      await step('remove', { run: async () => things.remove(`${properties?.node}/${remoteId}`) });
    },
  });

  /** Makes a thing and does one call more; both wait for the gate when `held` says so. */
  const create = (held: 'make' | 'last') =>
    operation({
      steps: ['make', 'last'],
      async run({ step, ctx, service }) {
        const make = things.step(`n1/${service.id}`, ctx.owner);
        await step('make', {
          ...make,
          run: async (claim: string) => {
            if (held === 'make') await gate.pass();
            return make.run(claim);
          },
        });
        await step('last', {
          run: async () => {
            things.log.push('last');
            if (held === 'last') await gate.pass();
          },
        });
        return { remoteId: service.id, node: 'n1' };
      },
    });

  it('is ended by terminate with what it left, when it was in its last call', async () => {
    engine.modules = { provisioning: { create: create('last'), terminate } };
    const id = await engine.job();
    await engine.when(() => gate.reached === 1);
    const { serviceId } = await engine.view(id);
    const { jobId } = await engine.desk.request(serviceId, 'terminate', 'test');
    gate.release();
    const ended = await engine.until(jobId, 'completed', 'superseded', 'needs_operator');
    expect(ended).toMatchObject({ state: 'completed', service: 'terminated' });
    expect(things.count(`remove n1/${serviceId}`)).toBe(1);
    expect(things.made.size).toBe(0);
  });

  it('is rolled back by terminate when more was to come, and the service was never delivered', async () => {
    engine.modules = { provisioning: { create: create('make'), terminate } };
    const id = await engine.job('create', { reserves: true });
    await engine.when(() => gate.reached === 1);
    const { serviceId } = await engine.view(id);
    const { jobId } = await engine.desk.request(serviceId, 'terminate', 'test');
    gate.release();
    expect((await engine.until(jobId, 'superseded', 'completed')).service).toBe('cancelled');
    expect(await engine.view(id)).toMatchObject({ state: 'cancelled', reserved: 0, tasks: [] });
    expect(things.made.size).toBe(0);
    expect(things.count('last')).toBe(0);
  });

  it('ends when it was only waiting for something', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make', 'wait for the customer'],
          async run({ step, ctx, service }) {
            await step('make', things.step(service.id, ctx.owner));
            await step('wait for the customer', { until: async () => pending(undefined, 20_000) });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.until(id, 'waiting');
    await engine.operators.rollBack(id, 'staff');
    expect(await engine.until(id, 'cancelled')).toMatchObject({ service: 'cancelled', tasks: [], phase: 'ended' });
    expect(things.made.size).toBe(0);
  });

  it('rolls back after a failure beside a wait, without waiting for it', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['wait for the customer', 'check'],
          async run({ step }) {
            await Promise.all([
              step('wait for the customer', { until: async () => pending(undefined, 1_000) }),
              step('check', { run: async () => refused('') }),
            ]);
            return { remoteId: 'r' };
          },
        }),
      },
    };
    expect(await engine.until(await engine.job(), 'failed')).toMatchObject({ phase: 'ended' });
  });

  it('turns round when the stop came in the very call that would have needed a person', async () => {
    engine.modules = { provisioning: { create: create('make'), terminate } };
    things.faults = [
      async (name) => {
        things.put(name, `hw-test-${name.slice('n1/'.length)}`);
        broken(name);
      },
    ];
    const id = await engine.job();
    await engine.when(() => gate.reached === 1);
    await engine.operators.rollBack(id, 'staff');
    gate.release();
    expect(await engine.until(id, 'cancelled', 'needs_operator')).toMatchObject({ state: 'cancelled', tasks: [] });
    expect(things.made.size).toBe(0);
  });

  it('is stopped by terminate whatever it is, also when it waits for a person', async () => {
    for (const stuck of [pending(undefined, 20_000), done(undefined)]) {
      engine.modules = {
        provisioning: {
          create: operation({
            steps: ['make'],
            run: async ({ step, ctx, service }) => (
              await step('make', things.step(`n1/${service.id}`, ctx.owner)),
              { remoteId: service.id, node: 'n1' }
            ),
          }),
          suspend: operation({
            steps: ['switch off', 'wait'],
            async run({ step }) {
              await step('switch off', { run: async () => (stuck.state === 'done' ? broken('') : undefined) });
              await step('wait', { until: async () => stuck });
            },
          }),
          unsuspend: operation({ steps: [], run: async () => undefined }),
          terminate,
        },
      };
      const made = await engine.until(await engine.job(), 'completed');
      const suspend = (await engine.desk.request(made.serviceId, 'suspend', 'test')).jobId;
      await engine.until(suspend, 'waiting', 'needs_operator');
      const ended = (await engine.desk.request(made.serviceId, 'terminate', 'test')).jobId;
      expect((await engine.until(ended, 'completed')).service).toBe('terminated');
      expect(await engine.view(suspend)).toMatchObject({ state: 'cancelled', tasks: [] });
      expect(things.made.size).toBe(0);
    }
  });

  it('calls nothing any more that was to be tried again', async () => {
    let calls = 0;
    const lose = async () => {
      calls += 1;
      lost('');
    };
    for (const what of [{ run: lose }, { claim: 'c', find: async () => absent, run: lose }]) {
      calls = 0;
      engine.jitter = 1e7;
      engine.modules = {
        provisioning: { create: operation({ steps: ['try'], run: async ({ step }) => (await step('try', what), { remoteId: 'r' }) }) },
      };
      const id = await engine.job();
      await engine.until(id, 'waiting');
      // The next try is due at the moment of the stop.
      await engine.pool.query(`UPDATE provisioning_step SET wake_at = now() WHERE job_id = $1`, [id]);
      await engine.operators.rollBack(id, 'staff');
      await engine.until(id, 'cancelled');
      await engine.lateLooks(id);
      expect(calls).toBe(1);
    }
  });

  it('starts nothing that has not begun', async () => {
    engine.modules = { provisioning: { create: create('make') } };
    const id = await engine.job();
    await engine.when(() => gate.reached === 1);
    await engine.operators.rollBack(id, 'staff');
    gate.release();
    const job = await engine.until(id, 'cancelled');
    expect(Object.keys(job.steps)).toEqual(['site / make']);
    expect(things.made.size).toBe(0);
  });
});
