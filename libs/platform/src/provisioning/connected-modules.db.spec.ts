import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, PanelError, pending } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { refused, Things } from './testing/things.js';

describe('another module that is called as a step', () => {
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

  const record = { name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 } as const;

  it('has its parts journaled, and undone with the rest', async () => {
    engine.modules = {
      dns: things.names(),
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'check'],
          async run({ step, ctx }) {
            const record = await step(
              'publish DNS',
              ctx.dns.ensureRecord({ name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }),
            );
            await step('check', {
              run: async () => {
                throw new PanelError('rejected', record.remoteId);
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(things.changes).toEqual(['create x.example.com', 'remove x.example.com']);
    expect(job.steps['site / publish DNS / create record']!.state).toBe('undone');
    expect(job.steps['site / publish DNS']!.state).toBe('undone');
    expect(job.failure!.message).toBe('record of x.example.com');
  });

  it('keeps the parts of a repeated step apart, and undoes those of each', async () => {
    const names = ['shop.example', 'www.shop.example'];
    engine.modules = {
      dns: things.names(),
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'check'],
          async run({ step, ctx }) {
            const made: string[] = [];
            for (const name of names) {
              const record = { name, type: 'A', content: '192.0.2.1', ttl: 300 } as const;
              made.push((await step(['publish DNS', name], ctx.dns.ensureRecord(record))).remoteId);
            }
            await step('check', { run: () => Promise.reject(new PanelError('rejected', made.join())) });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(job.failure!.message).toBe(names.map((name) => `record of ${name}`).join());
    expect(things.changes).toEqual([...names.map((name) => `create ${name}`), ...names.toReversed().map((name) => `remove ${name}`)]);
    for (const name of names) expect(job.steps[`site / publish DNS / ${name} / create record`]!.state).toBe('undone');
  });

  it('is looked at only when its wait is due, and keeps no worker busy until then', async () => {
    let polls = 0;
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['wait'],
          async run({ step }) {
            await step('wait', { until: async () => (++polls < 4 ? pending(undefined, 200_000) : done()) });
            return { remoteId: 'rec' };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS'],
          run: async ({ step, ctx }) => (await step('publish DNS', ctx.dns.ensureRecord(record)), { remoteId: 'r' }),
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'completed');
    expect(polls).toBe(4);
    // A turn for each look, and room for a turn that came a moment too early.
    expect(job.fence).toBeLessThanOrEqual(10);
  });

  it('is undone with the rest also when it has no steps', async () => {
    engine.modules = {
      dns: { ensureRecord: operation({ steps: [], run: async () => ({ remoteId: 'rec' }) }) },
      provisioning: {
        create: operation({
          steps: ['make', 'publish DNS', 'check'],
          async run({ step, ctx }) {
            await step('make', things.step('thing', ctx.owner));
            const { remoteId } = await step('publish DNS', ctx.dns.ensureRecord(record));
            await step('check', { run: async () => Promise.reject(new PanelError('rejected', remoteId)) });
            return { remoteId };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed', 'needs_operator');
    expect(job).toMatchObject({
      state: 'failed',
      phase: 'ended',
      failure: { message: 'rec' },
      steps: { 'site / publish DNS': { state: 'undone' } },
    });
    expect(things.made.size).toBe(0);
  });

  it('is refused as unsupported when it does not have the operation, and the rest is undone', async () => {
    engine.modules = {
      dns: { ensureRecord: operation({ steps: [], run: async () => ({ remoteId: 'rec' }) }) },
      provisioning: {
        create: operation({
          steps: ['make', 'make zone'],
          async run({ step, ctx }) {
            await step('make', things.step('thing', ctx.owner));
            const { remoteId } = await step('make zone', ctx.dns.ensureZone({ name: 'example.com' }));
            return { remoteId };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed', 'needs_operator');
    expect(job).toMatchObject({
      state: 'failed',
      failure: { code: 'unsupported', message: expect.stringContaining('ensureZone') },
      steps: { 'site / make': { state: 'undone' } },
    });
    expect(things.made.size).toBe(0);
  });

  it('is waited for with the steps that it did not wait for itself, and undone with the rest', async () => {
    let polls = 0;
    let good = true;
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['create record'],
          async run({ step, ctx }) {
            void step('create record', {
              ...things.step('record', ctx.owner),
              run: async () => (await things.create('record', ctx.owner), 'task'),
              until: async () => (++polls % 4 !== 0 ? pending('task', 1) : done({ name: 'record' })),
            });
            return { remoteId: 'rec' };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'check'],
          async run({ step, ctx }) {
            await step('publish DNS', ctx.dns.ensureRecord(record));
            await step('check', { run: async () => (good ? undefined : refused('')) });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'completed', 'needs_operator');
    expect(job).toMatchObject({ state: 'completed', steps: { 'site / publish DNS / create record': { state: 'done' } } });
    expect(polls).toBe(4);
    things.made.clear();
    good = false;
    await engine.until(await engine.job(), 'failed');
    expect(things.made.size).toBe(0);
  });

  it('can be skipped, and what came after it can still be undone', async () => {
    let broken = true;
    engine.modules = {
      dns: {
        ensureRecord: operation({
          steps: ['create record'],
          async run({ step }) {
            await step('create record', {
              claim: 'record',
              find: async () => absent,
              run: async () => (broken ? Promise.reject(new TypeError('no')) : 'x'),
              undo: async () => undefined,
            });
            return { remoteId: 'rec' };
          },
        }),
      },
      provisioning: {
        create: operation({
          steps: ['publish DNS', 'make', 'check'],
          async run({ step, ctx }) {
            const { remoteId } = await step('publish DNS', ctx.dns.ensureRecord(record));
            await step('make', things.step(remoteId, ctx.owner));
            await step('check', { run: async () => refused('') });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.until(id, 'needs_operator');
    await engine.operators.skip(id, 'site / publish DNS', { remoteId: 'by hand' }, 'staff');
    broken = false;
    const job = await engine.until(id, 'failed', 'needs_operator');
    expect(job).toMatchObject({ state: 'failed', tasks: ['failed'] });
    expect(things.changes).toEqual(['create by hand', 'remove by hand']);
    await engine.lateLooks(id);
  });
});
