import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, PanelError, pending } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, lost, refused, Things } from './testing/things.js';

describe('what is ended by hand', () => {
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

  const failedCreate = async (): Promise<string> => {
    engine.modules = { provisioning: { create: things.maker(['a']) } };
    things.faults = [refused];
    const id = await engine.job();
    await engine.until(id, 'failed');
    return id;
  };

  describe('when the job has failed', () => {
    it('marking it as resolved frees what it had reserved', async () => {
      const id = await failedCreate();
      await engine.reserve(id);
      await engine.operators.markResolved(id, 'the customer was told', 'staff');
      expect(await engine.view(id)).toMatchObject({ state: 'failed', phase: 'ended', reserved: 0, tasks: [] });
    });

    it('marking it as resolved ends its late looks', async () => {
      engine.modules = { provisioning: { create: things.maker(['a']) } };
      things.faults = [lost, lost, lost];
      const id = await engine.job('create', { reserves: true });
      await engine.until(id, 'failed');
      await engine.operators.markResolved(id, 'looked for by hand', 'staff');
      expect(await engine.view(id)).toMatchObject({ phase: 'ended', reserved: 0 });
    });

    it('it can be neither skipped nor rolled back', async () => {
      const id = await failedCreate();
      await expect(engine.operators.skip(id, 'site / a', null, 'staff')).rejects.toMatchObject({ code: 'conflict' });
      await expect(engine.operators.rollBack(id, 'staff')).rejects.toMatchObject({ code: 'conflict' });
    });

    it.each(['as it is', 'after staff had ended the job themselves'])(
      'ending the service, which was never delivered, frees what was reserved, %s',
      async (how) => {
        engine.modules = { provisioning: { create: things.maker(['a']), terminate: operation({ steps: [], run: async () => undefined }) } };
        const marked = how !== 'as it is';
        things.faults = [marked ? broken : refused];
        const id = await engine.job('create', { reserves: true });
        const { serviceId } = await engine.until(id, 'failed', 'needs_operator');
        if (marked) await engine.operators.markResolved(id, 'seen to', 'staff');
        await engine.desk.request(serviceId, 'terminate', 'test');
        expect(await engine.view(id)).toMatchObject({ service: 'cancelled', reserved: 0, tasks: [] });
        // No job tells of it, and its customer waits to hear.
        await engine.desk.request(serviceId, 'terminate', 'test');
        const { rows } = await engine.pool.query(
          `SELECT payload FROM outbox WHERE topic = 'service.cancelled' AND payload ->> 'serviceId' = $1`,
          [serviceId],
        );
        expect(rows).toEqual([{ payload: { serviceId } }]);
      },
    );
  });

  it('ending the service frees what one job had reserved also while another still looks for what may turn up', async () => {
    engine.modules = { provisioning: { create: things.maker(['a']), terminate: operation({ steps: [], run: async () => undefined }) } };
    things.faults = [lost, lost, lost, broken];
    const first = await engine.job('create', { reserves: true });
    const { serviceId } = await engine.until(first, 'failed');
    const second = await engine.operators.retry(first, 'staff');
    await engine.reserve(second);
    await engine.until(second, 'needs_operator');
    await engine.operators.markResolved(second, 'seen to', 'staff');
    await engine.pool.query(
      `UPDATE provisioning_job SET phase = 'looking', wake_at = now() + interval '1 hour' WHERE id = $1 AND worker_id IS NULL`,
      [first],
    );
    await engine.desk.request(serviceId, 'terminate', 'test');
    expect((await engine.view(second)).reserved).toBe(0);
    expect((await engine.lateLooks(first)).reserved).toBe(0);
  });

  it('a terminate that was seen to by hand ends the service and frees what it had', async () => {
    engine.modules = {
      provisioning: {
        create: things.maker(['a']),
        terminate: operation({
          steps: ['remove'],
          run: async ({ step }) => void (await step('remove', { run: async () => Promise.reject(new PanelError('rejected', 'no')) })),
        }),
      },
    };
    const made = await engine.job('create', { reserves: true });
    const { serviceId } = await engine.until(made, 'completed');
    const id = (await engine.desk.request(serviceId, 'terminate', 'test')).jobId;
    await engine.until(id, 'needs_operator');
    await engine.operators.markResolved(id, 'removed by hand', 'staff');
    expect(await engine.view(id)).toMatchObject({ state: 'completed', service: 'terminated', tasks: [] });
    expect((await engine.view(made)).reserved).toBe(0);
  });

  it('what waited behind the job begins once it is marked as resolved', async () => {
    let polls = 0;
    engine.modules = {
      provisioning: {
        create: things.maker(['a']),
        suspend: operation({
          steps: ['wait'],
          run: async ({ step }) =>
            void (await step('wait', { until: async () => (++polls > 1 ? broken('') : pending(undefined, 1)) as never })),
        }),
        renew: operation({ steps: [], run: async () => undefined }),
      },
    };
    const { serviceId } = await engine.until(await engine.job(), 'completed');
    const suspend = (await engine.desk.request(serviceId, 'suspend', 'test')).jobId;
    await engine.until(suspend, 'needs_operator');
    const renewal = (await engine.desk.request(serviceId, 'renew', 'test')).jobId;
    await engine.operators.markResolved(suspend, 'seen to', 'staff');
    await engine.until(renewal, 'completed');
  });
});
