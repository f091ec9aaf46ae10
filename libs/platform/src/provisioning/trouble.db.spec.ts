import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, PanelError, pending } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { away, lost, refused, Things } from './testing/things.js';

describe('trouble with a provider', () => {
  let engine: EngineFixture;
  let things: Things;
  let maintenance = false;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    things = new Things();
    maintenance = false;
    engine.beforeOpen = (ref) => {
      if (ref.kind === 'dns' && maintenance) throw new PanelError('unavailable', 'the server is in maintenance');
    };
  });

  const record = { name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 } as const;
  /** Lets some turns of a parked job pass. */
  const someTurns = async (id: string): Promise<void> => {
    const { fence } = await engine.view(id);
    await engine.when(async () => (await engine.view(id)).fence >= fence + 2);
  };

  describe('when the server of a connected module is in maintenance', () => {
    let polls = 0;
    let over = false;
    /** A record that takes its time, and a step of our own beside it. */
    const modules = (beside: () => Promise<void>) => {
      polls = 0;
      over = false;
      return {
        dns: {
          ensureRecord: operation({
            steps: ['create record'],
            async run({ step, ctx, service }) {
              await step('create record', {
                ...things.step('record', ctx.owner),
                find: async () => (things.made.has('record') ? done({ name: 'record' }) : absent),
                run: async () => (await things.create('record', ctx.owner), 'task'),
                until: async () => (++polls, over ? done({ name: 'record' }) : pending('task', 1)),
              });
              return { remoteId: `record of ${service?.id ?? ''}` };
            },
          }),
        },
        provisioning: {
          create: operation({
            steps: ['publish DNS', 'make', 'check'],
            async run({ step, ctx, service }) {
              await Promise.all([
                step('publish DNS', ctx.dns.ensureRecord(record)),
                step('make', things.step(`t${service.id}`, ctx.owner)),
              ]);
              await step('check', { run: beside });
              return { remoteId: 'r' };
            },
          }),
        },
      };
    };

    it('the job waits, keeps what is under way, and goes on afterwards', async () => {
      engine.modules = modules(async () => undefined);
      const id = await engine.job();
      await engine.when(() => polls > 0);
      maintenance = true;
      await someTurns(id);
      over = true;
      const before = polls;
      await someTurns(id);
      expect(await engine.view(id)).toMatchObject({ service: 'pending', tasks: [] });
      expect(polls).toBe(before);
      maintenance = false;
      expect(await engine.until(id, 'completed')).toMatchObject({ tasks: [] });
      expect(things.count('create record')).toBe(1);
    });

    it('a failure beside it is not rolled back before the part under way has been seen to its end', async () => {
      engine.modules = modules(async () => undefined);
      things.faultsOf = { t: [async () => (await engine.when(() => polls > 0), (maintenance = true), refused(''))] };
      const id = await engine.job();
      await engine.when(async () => (await engine.view(id)).phase === 'settling');
      await someTurns(id);
      expect(await engine.view(id)).toMatchObject({
        phase: 'settling',
        tasks: [],
        steps: { 'site / publish DNS / create record': { state: 'waiting' } },
      });
      over = true;
      maintenance = false;
      expect(await engine.until(id, 'failed')).toMatchObject({ steps: { 'site / publish DNS / create record': { state: 'undone' } } });
      expect(things.made.size).toBe(0);
    });

    it('the roll-back waits for it and forgets nothing', async () => {
      engine.modules = modules(async () => ((maintenance = true), refused('')));
      const id = await engine.job();
      await engine.when(() => polls > 0);
      over = true;
      await engine.until(id, 'rolling_back');
      await someTurns(id);
      expect(things.made.has('record')).toBe(true);
      maintenance = false;
      expect(await engine.until(id, 'failed')).toMatchObject({ phase: 'ended', tasks: ['failed'] });
      expect(things.made.size).toBe(0);
    });

    it('the late looks wait for it and forget nothing', async () => {
      engine.modules = modules(async () => undefined);
      things.faultsOf = { record: [lost, lost, lost] };
      const id = await engine.job();
      const { serviceId } = await engine.until(id, 'failed');
      maintenance = true;
      things.put('record', `hw-test-${serviceId}`);
      await engine.pool.query(`UPDATE provisioning_job SET wake_at = now() WHERE id = $1`, [id]);
      await someTurns(id);
      expect((await engine.view(id)).phase).toBe('looking');
      maintenance = false;
      await engine.lateLooks(id);
      expect(things.made.size).toBe(0);
    });
  });

  it('that lasts for a day is brought before a person, and a retry begins anew', async () => {
    engine.modules = { provisioning: { create: things.creator() } };
    let gone = true;
    const refuse = () => {
      things.faults.push(gone ? refuse : (undefined as never));
      if (gone) away('');
    };
    things.faults = [refuse];
    const id = await engine.job();
    await engine.when(() => things.count('create') > 1);
    expect((await engine.view(id)).tasks).toEqual([]);
    await engine.pool.query(`UPDATE provisioning_step SET trouble_since = now() - interval '1 day' WHERE job_id = $1`, [id]);
    expect((await engine.until(id, 'needs_operator')).tasks).toEqual(['decide']);
    gone = false;
    things.faults = [];
    await engine.operators.retry(id, 'staff');
    expect(await engine.until(id, 'completed')).toMatchObject({ tasks: [] });
  });

  it('is counted from when it began, not from the last try', async () => {
    engine.modules = { provisioning: { create: things.creator() } };
    things.faults = Array.from({ length: 500 }, () => away);
    const id = await engine.job();
    const since = async () =>
      (await engine.pool.query<{ at: string | null }>(`SELECT trouble_since::text AS at FROM provisioning_step WHERE job_id = $1`, [id]))
        .rows[0]?.at ?? null;
    await engine.when(async () => (await since()) !== null);
    const first = await since();
    const tries = things.count('create');
    await engine.when(() => things.count('create') > tries + 3);
    expect(await since()).toBe(first);
    things.faults = [];
    await engine.until(id, 'completed');
    expect(await since()).toBeNull();
  });

  it('with the settings is told to staff also when there was other trouble before', async () => {
    engine.modules = { provisioning: { create: things.creator() } };
    let wrong = true;
    const refuse = () => {
      if (!wrong) return;
      things.faults.push(refuse);
      throw new PanelError('invalid_config', 'the token was refused');
    };
    things.faults = [away, lost, refuse];
    const id = await engine.job();
    await engine.when(async () => (await engine.view(id)).tasks.includes('fix_settings'));
    wrong = false;
    things.faults = [];
    expect(await engine.until(id, 'completed')).toMatchObject({ tasks: [] });
  });
});
