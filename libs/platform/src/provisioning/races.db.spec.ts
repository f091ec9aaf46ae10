import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation } from '@hostwright/sdk';
import { PgJournal } from './pg-journal.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { Gate, refused, Things } from './testing/things.js';

describe('what happens while something else is on its way', () => {
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

  it('a stop: a step that was not awaited and never began keeps the job from being complete', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['first', 'loose'],
          async run({ step, ctx, service }) {
            await step('first', { run: () => gate.pass() });
            void step('loose', things.step(`t${service.id}`, ctx.owner));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.when(() => gate.reached === 1);
    await engine.operators.rollBack(id, 'staff');
    gate.release();
    expect(await engine.until(id, 'cancelled', 'completed')).toMatchObject({ state: 'cancelled', service: 'cancelled' });
    expect(things.made.size).toBe(0);
  });

  it('the loss of a job: no branch calls any more once one has heard of it', async () => {
    const slow = new Gate();
    let looks = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['a', 'b'],
          async run({ step, ctx, service }) {
            const b = things.step(`b${service.id}`, ctx.owner);
            await Promise.all([
              step('a', { run: () => gate.pass() }),
              step('b', {
                ...b,
                async find(claim: string) {
                  const found = await b.find(claim);
                  if (++looks === 1) await slow.pass();
                  return found;
                },
              }),
            ]);
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.when(() => gate.reached === 1 && slow.reached === 1);
    await engine.crash(id);
    gate.release();
    await engine.until(id, 'completed');
    slow.release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(things.count('create b')).toBe(1);
  });

  it('a job that is given back: one whose turn has ended meanwhile stays as it is', async () => {
    engine.modules = { provisioning: { create: operation({ steps: [], run: async () => ({ remoteId: 'r' }) }) } };
    const id = await engine.job('create', { reserves: true });
    const { fence } = await engine.until(id, 'completed');
    await new PgJournal(engine.pool).giveBack([{ jobId: id, fence }]);
    expect(await engine.view(id)).toMatchObject({ fence });
    // Nor does it harm a job that has ended to be looked at again.
    await engine.pool.query(`UPDATE provisioning_job SET wake_at = now() WHERE id = $1`, [id]);
    await engine.when(async () => (await engine.view(id)).fence === fence + 1);
    await engine.when(
      async () => (await engine.pool.query(`SELECT 1 FROM provisioning_job WHERE id = $1 AND worker_id IS NULL`, [id])).rowCount === 1,
    );
    expect(await engine.view(id)).toMatchObject({ state: 'completed', phase: 'ended', reserved: 1, tasks: [] });
  });

  it("a failure of a part that another module's operation did not await: the operation is not done", async () => {
    let refusals = 1;
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['create record', 'announce'],
          async run({ step, ctx }) {
            await step('create record', things.step('x.example.com', ctx.owner));
            void step('announce', { run: async () => (refusals-- > 0 ? refused('') : undefined) });
            return { remoteId: 'rec' };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS'],
          onFailure: 'keep',
          async run({ step, ctx }) {
            await step('publish DNS', ctx.dns.ensureRecord({ name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    expect(await engine.until(id, 'needs_operator')).toMatchObject({ tasks: ['failed'] });
    await engine.operators.retry(id, 'staff');
    expect(await engine.until(id, 'completed', 'needs_operator')).toMatchObject({ state: 'completed', tasks: [] });
  });

  it('a retry: the parts of an operation that staff have taken as done are not taken up again', async () => {
    let refusals = 2;
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['create record'],
          async run({ step }) {
            await step('create record', { run: async () => refused('') });
            return { remoteId: 'rec' };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'check'],
          onFailure: 'keep',
          async run({ step, ctx }) {
            await step('publish DNS', ctx.dns.ensureRecord({ name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }));
            await step('check', { run: async () => (--refusals > 0 ? refused('') : undefined) });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.until(id, 'needs_operator');
    await engine.operators.skip(id, 'site / publish DNS', { remoteId: 'rec' }, 'staff');
    await engine.when(async () => (await engine.view(id)).steps['site / check']?.state === 'failed');
    await engine.until(id, 'needs_operator');
    await engine.operators.retry(id, 'staff');
    expect(await engine.until(id, 'completed', 'needs_operator')).toMatchObject({ state: 'completed', tasks: [] });
  });

  it('a terminate that has begun: it is not rolled back, since what is gone cannot be brought back', async () => {
    engine.modules = {
      provisioning: {
        create: operation({ steps: [], run: async () => ({ remoteId: 'r' }) }),
        terminate: operation({
          steps: ['remove'],
          async run({ step }) {
            await step('remove', { run: () => gate.pass() });
          },
        }),
      },
    };
    const { serviceId } = await engine.until(await engine.job(), 'completed');
    const { jobId } = await engine.desk.request(serviceId, 'terminate', 'test');
    await engine.when(() => gate.reached === 1);
    await expect(engine.operators.rollBack(jobId, 'staff')).rejects.toMatchObject({ code: 'conflict' });
    gate.release();
    expect((await engine.until(jobId, 'completed')).service).toBe('terminated');
  });
});
