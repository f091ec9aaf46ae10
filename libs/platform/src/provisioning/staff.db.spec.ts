import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, secret } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, refused, Things } from './testing/things.js';

describe('what staff decide about a job', () => {
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

  const removed = (): string[] => things.log.filter((line) => line.startsWith('remove')).map((line) => line.split(/[ -]/)[1]!);
  const jobsOf = async (id: string): Promise<number> =>
    (
      await engine.pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM provisioning_job WHERE service_id = (SELECT service_id FROM provisioning_job WHERE id = $1)`,
        [id],
      )
    ).rows[0]!.n;

  it('makes one new create job of a failed one, however often and by how many it is asked for at once', async () => {
    engine.modules = { provisioning: { create: things.maker(['a']) } };
    things.faults = [refused];
    const id = await engine.job();
    await engine.until(id, 'failed');
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => engine.operators.retry(id, 'staff')));
    const made = new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
    expect(made.size).toBe(1);
    const next = [...made][0]!;
    expect((await engine.until(next, 'completed')).service).toBe('active');
    await expect(engine.operators.retry(id, 'staff')).rejects.toMatchObject({ code: 'conflict' });
    expect(await jobsOf(id)).toBe(2);
    expect(things.made.size).toBe(1);
    expect((await engine.view(id)).tasks).toEqual([]);
  });

  it('delivers nothing twice: a create of a service that is active by now is not needed', async () => {
    engine.modules = { provisioning: { create: things.maker(['a']) } };
    const { serviceId } = await engine.until(await engine.job(), 'completed');
    const second = await engine.until(await engine.job('create', { serviceId }), 'superseded', 'completed');
    expect(second).toMatchObject({ state: 'superseded', service: 'active' });
    expect(things.count('create')).toBe(1);
  });

  it('undoes in reverse order of completion, also what was done after a retry', async () => {
    engine.modules = { provisioning: { create: things.maker(['a', 'b', 'c'], 'keep') } };
    things.faults = [undefined, refused];
    const id = await engine.job();
    await engine.until(id, 'needs_operator');
    things.faults = [undefined, refused];
    await engine.operators.retry(id, 'staff');
    await engine.when(async () => (await engine.view(id)).state === 'needs_operator' && things.count('create c') === 1);
    await engine.operators.rollBack(id, 'staff');
    await engine.until(id, 'cancelled');
    expect(removed()).toEqual(['b', 'a']);
  });

  it('undoes in the new order what a retry has made later than what stood before', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['a', 'b', 'c'],
          onFailure: 'keep',
          async run({ step, ctx, service }) {
            const make = (name: string) => things.step(`${name}-${service.id}`, ctx.owner);
            await Promise.all([step('a', make('a')), step('b', make('b'))]);
            await step('c', make('c'));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    things.faults = [refused];
    const id = await engine.job();
    const stuck = await engine.until(id, 'needs_operator');
    expect(stuck.steps).toMatchObject({ 'site / a': { state: 'failed' }, 'site / b': { state: 'done' } });
    things.faults = [undefined, refused];
    await engine.operators.retry(id, 'staff');
    await engine.when(async () => (await engine.view(id)).state === 'needs_operator' && things.count('create c') === 1);
    await engine.operators.rollBack(id, 'staff');
    await engine.until(id, 'cancelled');
    expect(removed()).toEqual(['a', 'b']);
  });

  describe('when the job stands still on its way forward', () => {
    const stuck = async (names: readonly string[] = ['a', 'b']): Promise<string> => {
      engine.modules = { provisioning: { create: things.maker(names), terminate: operation({ steps: [], run: async () => undefined }) } };
      things.faults = [undefined, broken];
      const id = await engine.job('create', { reserves: true });
      expect((await engine.until(id, 'needs_operator')).phase).toBe('forward');
      return id;
    };

    it('a skipped step counts as done, and the job goes on', async () => {
      const id = await stuck(['a', 'b', 'c']);
      await engine.operators.skip(id, 'site / b', { name: 'by hand' }, 'staff');
      const job = await engine.until(id, 'completed');
      expect(job).toMatchObject({ tasks: [], steps: { 'site / b': { state: 'done', output: { name: 'by hand' } } } });
      expect(things.log.filter((line) => line.startsWith('create')).map((line) => line[7])).toEqual(['a', 'b', 'c']);
    });

    it('a step that is done already, or that there is not, cannot be skipped, and nothing changes', async () => {
      const id = await stuck();
      for (const key of ['site / a', 'site / z'])
        await expect(engine.operators.skip(id, key, null, 'staff')).rejects.toMatchObject({ code: 'conflict', field: 'stepKey' });
      expect(await engine.view(id)).toMatchObject({ state: 'needs_operator', tasks: ['bug'] });
    });

    it('rolled back, nothing is left of it', async () => {
      const id = await stuck();
      await engine.operators.rollBack(id, 'staff');
      expect(await engine.until(id, 'cancelled')).toMatchObject({ tasks: [], service: 'cancelled' });
      expect((await engine.lateLooks(id)).reserved).toBe(0);
      expect(things.made.size).toBe(0);
    });

    it('marked as resolved, it ends and nothing is undone', async () => {
      const id = await stuck();
      await engine.operators.markResolved(id, 'seen to', 'staff');
      expect(await engine.view(id)).toMatchObject({ state: 'failed', phase: 'ended', tasks: [], service: 'pending' });
      expect(removed()).toEqual([]);
    });

    it('marked as resolved, its secrets are wiped', async () => {
      engine.modules = {
        provisioning: {
          create: operation({
            steps: ['choose', 'use'],
            async run({ step }) {
              await step('choose', { run: async () => ({ token: { ...secret('s3cret-token') } }) });
              await step('use', { run: async () => broken('') });
              return { remoteId: 'r' };
            },
          }),
        },
      };
      const id = await engine.job('create', { reserved: { password: { ...secret('pa55word!') } } });
      expect(JSON.stringify(await engine.until(id, 'needs_operator'))).toContain('$sealed');
      await engine.operators.markResolved(id, 'seen to', 'staff');
      const job = await engine.view(id);
      expect(JSON.stringify(job)).not.toContain('$sealed');
      expect(job).toMatchObject({
        steps: { 'site / choose': { output: { token: { $wiped: true } } } },
        program: { owner: `hw-test-${job.serviceId}` },
      });
    });

    it('each decision is in the audit', async () => {
      const id = await stuck();
      await engine.operators.rollBack(id, 'eve');
      const { rows } = await engine.pool.query(`SELECT actor, action FROM audit WHERE subject = $1`, [`job/${id}`]);
      expect(rows).toEqual([{ actor: 'eve', action: 'job.roll_back' }]);
      await engine.until(id, 'cancelled');
    });
  });

  describe('when a failure was kept for them', () => {
    const kept = async (): Promise<string> => {
      engine.modules = { provisioning: { create: things.maker(['a', 'b', 'c'], 'keep') } };
      things.faults = [undefined, refused];
      const id = await engine.job();
      expect(await engine.until(id, 'needs_operator')).toMatchObject({ phase: 'settling', tasks: ['failed'] });
      return id;
    };

    it('a retry calls the failed step again, and the job completes', async () => {
      const id = await kept();
      await engine.operators.retry(id, 'staff');
      expect(await engine.until(id, 'completed')).toMatchObject({ tasks: [], failure: null });
      expect(things.made.size).toBe(3);
    });

    it('a skip of the failed step lets the rest be done', async () => {
      const id = await kept();
      await engine.operators.skip(id, 'site / b', { name: 'by hand' }, 'staff');
      await engine.until(id, 'completed');
      expect([...things.made.keys()].map((name) => name[0])).toEqual(['a', 'c']);
    });

    it('a roll-back undoes what was done', async () => {
      const id = await kept();
      await engine.operators.rollBack(id, 'staff');
      await engine.until(id, 'cancelled');
      expect(things.made.size).toBe(0);
    });

    it('marked as resolved, it stays as it is', async () => {
      const id = await kept();
      await engine.operators.markResolved(id, 'seen to', 'staff');
      expect(await engine.view(id)).toMatchObject({ state: 'failed', phase: 'ended', tasks: [] });
      expect(things.made.size).toBe(1);
    });
  });

  describe('when something could not be undone', () => {
    const stuck = async (): Promise<string> => {
      engine.modules = { provisioning: { create: things.maker(['a', 'b']) } };
      things.faults = [undefined, refused];
      things.stuck = [refused];
      const id = await engine.job('create', { reserves: true });
      expect(await engine.until(id, 'needs_operator')).toMatchObject({ phase: 'undoing', tasks: ['not_undone'] });
      return id;
    };

    it.each(['retry', 'rollBack'] as const)('a %s undoes it', async (decision) => {
      const id = await stuck();
      await engine.operators[decision](id, 'staff');
      expect(await engine.until(id, 'failed', 'cancelled')).toMatchObject({ phase: 'ended', reserved: 0 });
      expect(things.made.size).toBe(0);
    });

    it('a skip takes it as undone, and the roll-back goes on to its end', async () => {
      const id = await stuck();
      await engine.operators.skip(id, 'site / a', null, 'staff');
      expect(await engine.until(id, 'failed')).toMatchObject({ phase: 'ended', reserved: 0, tasks: ['failed'] });
      expect(things.count('remove')).toBe(1);
    });

    it('marked as resolved, the job is over', async () => {
      const id = await stuck();
      await engine.operators.markResolved(id, 'removed by hand', 'staff');
      expect(await engine.view(id)).toMatchObject({ state: 'failed', phase: 'ended', tasks: [] });
    });
  });

  it('a skipped step that is another module counts as done with all its parts', async () => {
    engine.modules = {
      dns: things.names(),
      provisioning: {
        create: operation({
          steps: ['publish DNS'],
          async run({ step, ctx }) {
            const record = await step(
              'publish DNS',
              ctx.dns.ensureRecord({ name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }),
            );
            return { remoteId: record.remoteId };
          },
        }),
      },
    };
    things.faults = [broken];
    const id = await engine.job();
    await engine.until(id, 'needs_operator');
    await engine.operators.skip(id, 'site / publish DNS', { remoteId: 'by hand' }, 'staff');
    expect((await engine.until(id, 'completed', 'needs_operator')).state).toBe('completed');
    expect(things.count('create')).toBe(1);
  });
});
