import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, operation } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { lost, Things } from './testing/things.js';

describe('a call that arrives after its service was delivered', () => {
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

  const nothing = operation({ steps: [], run: async () => undefined });

  it('is swept although the service was suspended meanwhile: what is kept is the same', async () => {
    let [sweeps, runs] = [0, 0];
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['order'],
          async run({ step, ctx }) {
            await step('order', {
              strength: 'tagged',
              claim: ctx.owner,
              find: async () => absent,
              run: async () => (++runs === 1 ? lost('') : { id: `order-${runs}` }),
              sweep: async () => void (sweeps += 1),
            });
            return { remoteId: 'r' };
          },
        }),
        suspend: nothing,
      },
    };
    const id = await engine.job();
    const { serviceId } = await engine.until(id, 'completed');
    expect(sweeps).toBe(1);
    await engine.until((await engine.desk.request(serviceId, 'suspend', 'test')).jobId, 'completed');
    await engine.lateLooks(id);
    expect(sweeps).toBe(4);
  });

  it('is swept when it was of an earlier try, that had failed', async () => {
    let [sweeps, runs] = [0, 0];
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['order'],
          async run({ step, ctx }) {
            await step('order', {
              strength: 'tagged',
              claim: ctx.owner,
              find: async () => absent,
              run: async () => (++runs <= 3 ? lost('') : { id: `order-${runs}` }),
              sweep: async () => void (sweeps += 1),
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const first = await engine.job();
    await engine.until(first, 'failed');
    const next = await engine.operators.retry(first, 'staff');
    expect(await engine.until(next, 'completed')).toMatchObject({ phase: 'looking' });
    await engine.lateLooks(next);
    expect(sweeps).toBe(4);
  });

  it('is undone when the service has ended meanwhile', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make'],
          async run({ step, ctx, service }) {
            await step('make', things.step(`t${service.id}`, ctx.owner));
            return { remoteId: 'r' };
          },
        }),
        suspend: nothing,
        unsuspend: nothing,
        terminate: operation({
          steps: ['remove'],
          async run({ step, service }) {
            await step('remove', { run: () => things.remove(`t${service.id}`) });
          },
        }),
      },
    };
    things.faults = [lost];
    const id = await engine.job();
    const { serviceId } = await engine.until(id, 'completed');
    await engine.until((await engine.desk.request(serviceId, 'terminate', 'test')).jobId, 'completed');
    things.put(`t${serviceId}`, `hw-test-${serviceId}`);
    await engine.lateLooks(id);
    expect(things.made.size).toBe(0);
  });

  it('changes nothing at a service that is still there', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make'],
          async run({ step, ctx, service }) {
            await step('make', things.step(`t${service.id}`, ctx.owner));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    things.faults = [lost];
    const id = await engine.job('create', { reserves: true });
    const { serviceId } = await engine.until(id, 'completed');
    const calls = things.log.length;
    expect(await engine.lateLooks(id)).toMatchObject({ state: 'completed', service: 'active', reserved: 1, tasks: [] });
    expect([...things.made.keys()]).toEqual([`t${serviceId}`]);
    expect(things.log.length).toBe(calls);
  });

  it('leaves what was reserved in use when staff end the late looks', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make'],
          async run({ step, ctx, service }) {
            await step('make', things.step(`t${service.id}`, ctx.owner));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    things.faults = [lost];
    const id = await engine.job('create', { reserves: true });
    expect(await engine.until(id, 'completed')).toMatchObject({ phase: 'looking' });
    await engine.operators.markResolved(id, 'seen to', 'staff');
    expect(await engine.view(id)).toMatchObject({ state: 'completed', phase: 'ended', reserved: 1 });
  });
});
