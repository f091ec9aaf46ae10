import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { lost, orderer, Things } from './testing/things.js';

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
    let sweeps = 0;
    engine.modules = {
      provisioning: {
        create: orderer(1, () => void (sweeps += 1)),
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
    let sweeps = 0;
    engine.modules = {
      provisioning: {
        create: orderer(3, () => void (sweeps += 1)),
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
        create: things.creator(),
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
        create: things.creator(),
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
        create: things.creator(),
      },
    };
    things.faults = [lost];
    const id = await engine.job('create', { reserves: true });
    expect(await engine.until(id, 'completed')).toMatchObject({ phase: 'looking' });
    await engine.operators.markResolved(id, 'seen to', 'staff');
    expect(await engine.view(id)).toMatchObject({ state: 'completed', phase: 'ended', reserved: 1 });
  });
});
