import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, pending, type Found } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate, lost, refused, Things } from './testing/things.js';

describe('undoing what a job has done', () => {
  let engine: EngineFixture;
  let things: Things;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    things = new Things();
  });

  /** Charges, which nobody can take back, and then fails or waits. */
  const charge = (then: 'fails' | 'waits') =>
    operation({
      steps: ['charge', 'then'],
      async run({ step }) {
        await step('charge', { strength: 'blind', run: async () => ({ payment: 'p' }) });
        if (then === 'fails') await step('then', { run: async () => refused('') });
        else await step('then', { until: async () => pending(undefined, 20_000) });
        return { remoteId: 'r' };
      },
    });

  it('leaves it with a person that something cannot be undone when the job was stopped', async () => {
    engine.modules = { provisioning: { create: charge('waits') } };
    const id = await engine.job();
    await engine.until(id, 'waiting');
    await engine.operators.rollBack(id, 'staff');
    expect(await engine.until(id, 'cancelled')).toMatchObject({ service: 'cancelled', tasks: ['not_undone'] });
  });

  it('leaves it with a person also when the service is cancelled after the job had failed', async () => {
    engine.modules = { provisioning: { create: charge('fails') } };
    const id = await engine.job();
    const { serviceId } = await engine.until(id, 'failed');
    await engine.desk.request(serviceId, 'terminate', 'test');
    expect(await engine.view(id)).toMatchObject({ service: 'cancelled', tasks: ['not_undone'] });
  });

  it('tells a person what stays of what was undone, though it was done only after something beside it had failed; a retry does not change that', async () => {
    const gate = new Gate();
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['buy', 'beside'],
          async run({ step, ctx, service }) {
            const bought = things.step(`b${service.id}`, ctx.owner);
            await Promise.all([
              step('buy', {
                ...bought,
                run: async (name: string) => {
                  await gate.pass();
                  return bought.run(name);
                },
                remains: ({ name }) => `5 EUR were charged for ${name}`,
              }),
              step('beside', {
                run: async () => {
                  await engine.when(() => gate.reached > 0);
                  refused('');
                },
              }),
            ]);
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.when(async () => (await engine.view(id)).failure !== null);
    gate.release();
    const { serviceId, tasks } = await engine.until(id, 'failed');
    expect([...tasks].sort()).toEqual(['failed', 'not_undone']);
    expect(things.made.size).toBe(0);
    const { rows } = await engine.pool.query(`SELECT detail FROM operator_task WHERE job_id = $1 AND kind = 'not_undone'`, [id]);
    expect(rows).toEqual([{ detail: `5 EUR were charged for b${serviceId}` }]);
    await engine.until(await engine.operators.retry(id, 'staff'), 'failed');
    expect(await engine.view(id)).toMatchObject({ tasks: ['not_undone'] });
  });

  it('asks a person when the provider does not come to an end with it', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make', 'check'],
          async run({ step, ctx, service }) {
            const forever = async () => pending({ removal: 1 });
            await step('make', { ...things.step(`t${service.id}`, ctx.owner), undo: forever, giveUpAfterMs: 100 });
            await step('check', { run: async () => refused('') });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    expect(await engine.until(await engine.job(), 'needs_operator', 'failed')).toMatchObject({ phase: 'undoing', tasks: ['not_undone'] });
  });

  it('looks late for every step, also when the provider is still at work on an earlier one', async () => {
    let looks = 0;
    const slow = (name: string, owner: string) => ({
      ...things.step(name, owner),
      // At the late look, once.
      find: async (claim: string): Promise<Found<never, { name: string }>> =>
        name.startsWith('a') && ++looks === 4 ? (pending() as unknown as Found<never, { name: string }>) : things.find(claim, owner),
    });
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['a', 'b', 'check'],
          async run({ step, ctx, service }) {
            await step('a', slow(`a${service.id}`, ctx.owner));
            await step('b', slow(`b${service.id}`, ctx.owner));
            await step('check', { run: async () => refused('') });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const arrives = (name: string): void => {
      things.put(name, `hw-test-${name.slice(1)}`);
      lost(name);
    };
    things.faults = [arrives, arrives];
    const id = await engine.job();
    await engine.until(id, 'failed');
    looks = 3;
    expect(await engine.lateLooks(id)).toMatchObject({ state: 'failed', tasks: ['failed'] });
  });

  it('frees what an earlier try had reserved when the service is cancelled', async () => {
    let tries = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make'],
          async run({ step }) {
            if (tries++ === 0) await step('make', { run: async () => broken('') });
            else await step('make', { until: async () => pending(undefined, 20_000) });
            return { remoteId: 'r' };
          },
        }),
        terminate: operation({ steps: [], run: async () => undefined }),
      },
    };
    const id = await engine.job('create', { reserves: true });
    const { serviceId } = await engine.until(id, 'needs_operator');
    await engine.operators.markResolved(id, 'seen to', 'staff');
    expect(await engine.view(id)).toMatchObject({ state: 'failed', reserved: 1 });
    const next = await engine.operators.retry(id, 'staff');
    await engine.until(next, 'waiting');
    const { jobId } = await engine.desk.request(serviceId, 'terminate', 'test');
    await engine.until(jobId, 'superseded');
    expect(await engine.view(id)).toMatchObject({ service: 'cancelled', reserved: 0 });
  });
});
