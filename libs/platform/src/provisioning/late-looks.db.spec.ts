import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, PanelError } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { away, lost, orderer, refused, Things, type Fault } from './testing/things.js';

describe('what may turn up after a job is over', () => {
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

  /** A create whose answers were all lost, before its first late look. */
  const failedInDoubt = async (): Promise<{ id: string; serviceId: string }> => {
    engine.modules = { provisioning: { create: things.creator() } };
    things.faults = [lost, lost, lost];
    const id = await engine.job();
    await engine.until(id, 'failed');
    const { rows } = await engine.pool.query<{ service_id: string }>(`SELECT service_id FROM provisioning_job WHERE id = $1`, [id]);
    return { id, serviceId: rows[0]!.service_id };
  };

  it('is no switch: what the opposite step has left in the roll-back stays, however much was in doubt', async () => {
    let running = true;
    const to = (wanted: boolean) => ({
      strength: 'unique' as const,
      switches: true as const,
      claim: 'machine',
      find: async () => (running === wanted ? done(undefined) : absent),
      run: async () => {
        running = wanted;
        lost('');
      },
      undo: async () => void (running = !wanted),
    });
    const restart = operation({
      steps: ['stop', 'start', 'check'],
      async run({ step }) {
        await step('stop', to(false));
        await step('start', to(true));
        await step('check', { run: () => Promise.reject(new PanelError('rejected', 'no')) });
        return { remoteId: 'r' };
      },
    });
    engine.modules = { provisioning: { create: restart } };
    const id = await engine.job();
    await engine.until(id, 'failed');
    const ended = await engine.lateLooks(id);
    const undone = expect.objectContaining({ state: 'undone', unknown: true });
    expect([ended.phase, ended.steps['site / stop'], ended.steps['site / start'], running]).toEqual(['ended', undone, undone, true]);
  });

  it('is not taken for what a retried create has made under the same name', async () => {
    const { id, serviceId } = await failedInDoubt();
    const next = await engine.operators.retry(id, 'staff');
    expect((await engine.until(next, 'completed')).service).toBe('active');
    await engine.lateLooks(id);
    expect([...things.made.keys()]).toEqual([`t${serviceId}`]);
    expect(things.count('remove')).toBe(0);
  });

  it('is still undone when the retried create failed too and left nothing of its own', async () => {
    const { id, serviceId } = await failedInDoubt();
    things.faults = [refused];
    const next = await engine.operators.retry(id, 'staff');
    expect(await engine.until(next, 'failed')).toMatchObject({ phase: 'ended' });
    things.put(`t${serviceId}`, `hw-test-${serviceId}`);
    await engine.lateLooks(id);
    expect(things.made.size).toBe(0);
  });

  it('is left alone while the retried create waits for a person', async () => {
    const { id, serviceId } = await failedInDoubt();
    things.faults = [
      (name) => {
        things.put(name, `hw-test-${serviceId}`);
        throw new TypeError('nobody planned for this');
      },
    ];
    const next = await engine.operators.retry(id, 'staff');
    await engine.until(next, 'needs_operator');
    await engine.lateLooks(id);
    expect(things.made.size).toBe(1);
  });

  it('is nothing that the terminate itself was in doubt about: what it took down is gone, and nobody is asked', async () => {
    engine.modules = {
      provisioning: {
        create: things.creator(),
        terminate: operation({
          steps: ['take down'],
          async run({ step, service, ctx }) {
            const name = `t${service.id}`;
            await step('take down', {
              strength: 'unique',
              claim: name,
              find: async () => ((await things.find(name, ctx.owner)).state === 'absent' ? done() : absent),
              run: () => things.remove(name),
            });
            return undefined;
          },
        }),
      },
    };
    const { serviceId } = await engine.until(await engine.job(), 'completed');
    things.stuck = [lost];
    const { jobId } = await engine.desk.request(serviceId, 'terminate', 'test');
    expect((await engine.until(jobId, 'completed')).phase).toBe('looking');
    expect(await engine.lateLooks(jobId)).toMatchObject({ tasks: [], service: 'terminated' });
  });

  it('is not swept once a later operation has succeeded, since what is kept may be another by then', async () => {
    let sweeps = 0;
    engine.modules = {
      provisioning: {
        create: orderer(1, () => void (sweeps += 1)),
        renew: operation({ steps: [], run: async () => undefined }),
      },
    };
    const id = await engine.job();
    const { serviceId } = await engine.until(id, 'completed');
    await engine.until((await engine.desk.request(serviceId, 'renew', 'test')).jobId, 'completed');
    const before = sweeps;
    await engine.lateLooks(id);
    expect([before > 0, sweeps]).toEqual([true, before]);
  });

  it.each([
    ['a call that sets what is set already', { run: async () => lost('') }],
    ['a read', { run: async () => Promise.reject(new PanelError('unknown_outcome', 'no answer')) }],
    ['a task without a claim', { run: async () => lost(''), until: async () => ({ state: 'done' as const, output: undefined }) }],
  ])('is not looked for when nothing can be left: %s whose answer was lost', async (_, what) => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make', 'set'],
          async run({ step, ctx, service }) {
            await step('make', things.step(`t${service.id}`, ctx.owner));
            await step('set', what as { run(): Promise<undefined> });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job('create', { reserves: true });
    expect(await engine.until(id, 'failed', 'needs_operator')).toMatchObject({
      state: 'failed',
      phase: 'ended',
      reserved: 0,
      tasks: ['failed'],
    });
    expect(things.made.size).toBe(0);
  });

  it.each<[string, Fault]>([
    ['does not answer', lost],
    ['is away', away],
    ['refuses the token for a moment', () => Promise.reject(new PanelError('unauthenticated', 'the token was refused'))],
  ])('is looked for again when the provider %s, and undone in the end', async (_, fault) => {
    const { id, serviceId } = await failedInDoubt();
    things.put(`t${serviceId}`, `hw-test-${serviceId}`);
    things.blind = [fault, fault];
    things.stuck = [fault];
    const job = await engine.lateLooks(id);
    expect(job.tasks.filter((kind) => kind !== 'fix_settings')).toEqual(['failed']);
    expect(things.made.size).toBe(0);
  });

  it('does not keep the looks from ending when the extension fails in them, and a person is told', async () => {
    const { id } = await failedInDoubt();
    await engine.reserve(id);
    things.blind = Array.from({ length: 9 }, () => refused);
    const job = await engine.lateLooks(id);
    expect([...job.tasks].sort()).toEqual(['failed', 'not_undone']);
    expect(job).toMatchObject({ state: 'failed', reserved: 0 });
  });

  it.each<[string, Fault]>([
    ['does not answer', lost],
    ['is away', away],
    ['fails in a way nobody planned for', () => Promise.reject(new TypeError('no'))],
  ])('does not hold up the delivery when the sweep %s', async (_, fault) => {
    let sweeps = 0;
    engine.modules = {
      provisioning: {
        create: orderer(1, async () => {
          if (++sweeps <= 2) await fault('');
        }),
      },
    };
    const id = await engine.job();
    expect(await engine.until(id, 'completed', 'needs_operator')).toMatchObject({
      state: 'completed',
      service: 'active',
      phase: 'looking',
    });
    expect(await engine.lateLooks(id)).toMatchObject({ state: 'completed', service: 'active' });
    expect(sweeps).toBeGreaterThan(2);
  });

  it('is swept after another module was called as a step, too', async () => {
    const swept: unknown[] = [];
    let runs = 0;
    let polls = 0;
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['create record'],
          async run({ step, ctx }) {
            const made = await step('create record', {
              strength: 'tagged',
              claim: ctx.owner,
              find: async () => absent,
              run: async () => (++runs === 1 ? (lost('') as never) : { id: `record-${runs}` }),
              sweep: async (_claim, keep) => void swept.push(keep),
            });
            return { remoteId: made.id };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'wait'],
          async run({ step, ctx }) {
            const record = await step(
              'publish DNS',
              ctx.dns.ensureRecord({ name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }),
            );
            await step('wait', {
              until: async () =>
                ++polls < 3 ? { state: 'pending' as const, task: undefined, afterMs: 1 } : { state: 'done' as const, output: undefined },
            });
            return { remoteId: record.remoteId };
          },
        }),
      },
    };
    const id = await engine.job();
    expect((await engine.until(id, 'completed')).phase).toBe('looking');
    await engine.lateLooks(id);
    expect(swept).toEqual(Array.from({ length: 4 }, () => ({ id: 'record-2' })));
  });

  it('is looked for again during the roll-back itself when the first look got no answer', async () => {
    engine.modules = { provisioning: { create: things.creator() } };
    const serviceId = await engine.service();
    things.faults = [
      lost,
      lost,
      (name) => {
        // One of the lost calls arrives now, and the looks of the roll-back are not answered at first.
        things.put(name, `hw-test-${serviceId}`);
        things.blind = [lost, away, lost];
        return refused(name);
      },
    ];
    const id = await engine.job('create', { serviceId });
    const job = await engine.until(id, 'failed', 'needs_operator');
    expect(job).toMatchObject({ state: 'failed', tasks: ['failed'] });
    expect(things.blind).toEqual([]);
    expect(things.made.size).toBe(0);
  });
});
