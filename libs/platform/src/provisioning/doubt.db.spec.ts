import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, failed, operation, PanelError, pending, type Json } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate, lost, refused, Things } from './testing/things.js';

describe('a call of which nobody knows whether it took place', () => {
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

  /** Creates one thing; its claim is the same for every create of the service. */
  const create = operation({
    steps: ['make'],
    async run({ step, ctx, service }) {
      const { name } = await step('make', things.step(`thing-${service.id}`, ctx.owner));
      return { remoteId: name };
    },
  });

  it('keeps what was reserved, and undoes what turns up late, after the worker died in the call and the job failed', async () => {
    engine.modules = { provisioning: { create } };
    const gate = new Gate();
    // Each no is doubted while nobody knows of the first call; the last counts.
    things.faults = [() => gate.pass(), refused, refused, refused];
    const id = await engine.job('create', { reserves: true });
    await engine.when(() => gate.reached === 1);
    await engine.crash(id);
    const job = await engine.until(id, 'failed');
    expect(job).toMatchObject({ phase: 'looking', reserved: 1, steps: { 'site / make': { unknown: true } } });
    // The first call arrives after all.
    things.put(`thing-${job.serviceId}`, `hw-test-${job.serviceId}`);
    gate.release();
    expect((await engine.lateLooks(id)).reserved).toBe(0);
    expect(things.made.size).toBe(0);
  });

  it('sweeps what a call that was thought lost has made besides the one that is kept', async () => {
    const swept: [Json | undefined, unknown][] = [];
    const [calls, later] = [new Gate(), new Gate()];
    let runs = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['order'],
          async run({ step, ctx }) {
            const made = await step('order', {
              strength: 'tagged',
              claim: ctx.owner,
              find: async () => absent,
              run: async () => {
                if (++runs === 1) await calls.pass();
                return { id: `order-${runs}` };
              },
              sweep: async (claim, keep) => {
                if (swept.length > 0) await later.pass(); // the first late look comes within milliseconds here
                swept.push([claim, keep]);
              },
            });
            return { remoteId: made.id };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.when(() => runs === 1);
    await engine.crash(id);
    const job = await engine.until(id, 'completed');
    calls.release();
    // Once before it is delivered, and again later: the lost call may arrive at any time.
    expect(swept).toEqual([[`hw-test-${job.serviceId}`, { id: 'order-2' }]]);
    later.release();
    await engine.lateLooks(id);
    expect(swept).toHaveLength(4);
    expect(swept.every(([, keep]) => (keep as { id: string }).id === 'order-2')).toBe(true);
  });

  it.each([
    ['with a claim', 'payment-1'],
    ['without one', undefined],
  ])('asks a person, and never calls twice, when the worker died in a call that cannot be looked for, %s', async (_, claim) => {
    let runs = 0;
    const gate = new Gate();
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['charge'],
          async run({ step }) {
            await step('charge', {
              strength: 'blind',
              ...(claim === undefined ? {} : { claim }),
              run: async () => {
                runs += 1;
                await gate.pass();
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.when(() => runs === 1);
    await engine.crash(id);
    const job = await engine.until(id, 'needs_operator');
    gate.release();
    expect(job.tasks).toEqual(['decide']);
    // A person says that it took place.
    await engine.operators.skip(id, 'site / charge', null, 'staff');
    expect((await engine.until(id, 'completed')).service).toBe('active');
    expect(runs).toBe(1);
  });

  it.each([
    ['a call whose answer was lost', { strength: 'blind', run: () => lost() }, 'Last answer: no answer. Look for order 7 there.'],
    [
      'a wait without an end',
      { until: async () => pending(undefined, 1), giveUpAfterMs: 1 },
      'There was no answer. Look for order 7 there.',
    ],
  ] as const)('tells the person what to look at who is asked about %s', async (_what, spec, detail) => {
    const create = operation({
      steps: ['order'],
      async run({ step }) {
        await step('order', { ...(spec as { run: () => Promise<void> }), advice: 'Look for order 7 there.' });
        return { remoteId: 'r' };
      },
    });
    engine.modules = { provisioning: { create } };
    const id = await engine.job();
    await engine.until(id, 'needs_operator');
    const { rows } = await engine.pool.query('SELECT detail FROM operator_task WHERE job_id = $1', [id]);
    expect(rows).toEqual([{ detail }]);
    await engine.operators.rollBack(id, 'staff');
    await engine.when(async () => (await engine.view(id)).tasks.length > 0 || (await engine.view(id)).state === 'cancelled');
  });

  it('asks a person, and never calls twice, when the answer to such a call was lost', async () => {
    let runs = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['charge'],
          async run({ step }) {
            await step('charge', {
              strength: 'blind',
              run: async () => {
                runs += 1;
                throw new PanelError('unknown_outcome', 'no answer');
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    expect((await engine.until(id, 'needs_operator')).tasks).toEqual(['decide']);
    // Rolling back does not call either: whether there is anything to give back, a person must find out.
    await engine.operators.rollBack(id, 'staff');
    await engine.when(async () => (await engine.view(id)).tasks.length > 0);
    expect(await engine.view(id)).toMatchObject({ state: 'needs_operator' });
    expect(runs).toBe(1);
  });

  it('opens a task for a person when what took place cannot be undone', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['charge', 'check'],
          async run({ step }) {
            await step('charge', { strength: 'blind', run: async () => ({ payment: 'p' }) });
            await step('check', { run: async () => refused('') });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect([...job.tasks].sort()).toEqual(['failed', 'not_undone']);
  });

  it('finds and undoes what a call had made before the extension stumbled over its answer', async () => {
    engine.modules = { provisioning: { create } };
    const id = await engine.job();
    things.faults = [
      (name) => {
        things.put(name, `hw-test-${name.slice('thing-'.length)}`);
        broken(name);
      },
    ];
    const job = await engine.until(id, 'needs_operator');
    expect(job).toMatchObject({ tasks: ['bug'], steps: { 'site / make': { unknown: true } } });
    expect(things.made.size).toBe(1);
    await engine.operators.rollBack(id, 'staff');
    await engine.until(id, 'cancelled');
    expect(things.made.size).toBe(0);
  });

  it('takes up what a call had made once the extension that stumbled over its answer is mended', async () => {
    engine.modules = { provisioning: { create } };
    const id = await engine.job();
    things.faults = [
      (name) => {
        things.put(name, `hw-test-${name.slice('thing-'.length)}`);
        broken(name);
      },
    ];
    await engine.until(id, 'needs_operator');
    expect(await engine.operators.retry(id, 'staff')).toBe(id);
    await engine.until(id, 'completed');
    expect(things.count('create')).toBe(1);
  });

  it.each([
    ['refuses to be waited for', async () => Promise.reject(new PanelError('rejected', 'the task is broken'))],
    ['ends badly', async () => failed(new PanelError('rejected', 'the disk is full'))],
  ])('finds and undoes what is left of a task that %s', async (_, until) => {
    const found: string[] = [];
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['clone'],
          async run({ step, ctx, service }) {
            await step('clone', {
              ...things.step(`clone-${service.id}`, ctx.owner),
              run: async (claim: string) => {
                await things.create(claim, ctx.owner);
                return 'task-1';
              },
              until,
              undo: async (made: { name: string }) => {
                found.push(made.name);
                await things.remove(made.name);
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(found).toEqual([`clone-${job.serviceId}`]);
    expect(things.made.size).toBe(0);
  });

  it('keeps whatever text a provider answers, and does not call again for it', async () => {
    let runs = 0;
    const nasty = 'a\0b\ud800c';
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make', 'wait', 'check'],
          async run({ step }) {
            const made = await step('make', {
              claim: nasty,
              find: async () => absent,
              run: async () => {
                runs += 1;
                return { name: nasty, [nasty]: 1 };
              },
            });
            let polls = 0;
            await step('wait', {
              claim: 'w',
              find: async () => pending(nasty, 1),
              run: async () => nasty,
              until: async (task) => (polls++ === 0 && task !== 'more\ufffd' ? pending('more\0', 1) : done(task)),
            });
            await step('check', { run: async () => Promise.reject(new PanelError('rejected', made.name)) });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed', 'needs_operator');
    expect(job.failure).toEqual({ code: 'rejected', message: 'a\ufffdb\ufffdc' });
    expect(runs).toBe(1);
  });

  it('calls again only as often as it must when every answer is lost, and then rolls back', async () => {
    engine.modules = { provisioning: { create } };
    things.faults = [lost, lost, lost];
    const id = await engine.job();
    expect(await engine.until(id, 'failed')).toMatchObject({ phase: 'looking', tasks: ['failed'] });
    expect(things.count('create')).toBe(3);
    await engine.lateLooks(id);
  });
});
