import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, pending } from '@hostwright/sdk';
import { ensureInstallation, PgRestorationStore } from '../installation/index.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { Gate, Things } from './testing/things.js';

describe('jobs of a panel that was restored', () => {
  let engine: EngineFixture;
  let things: Things;
  let restorations: PgRestorationStore;
  const restore = async () => {
    await engine.pool.query(`UPDATE database_identity SET identity = 'another'`);
    expect(await restorations.notice()).toBe(true);
  };
  const release = () => restorations.release(engine.serverId, 'for the test', 'staff:1');
  const create = operation({
    steps: ['make'],
    async run({ step, ctx, service }) {
      const { name } = await step('make', things.step(`thing-${service.id}`, ctx.owner));
      return { remoteId: name };
    },
  });

  beforeEach(async () => {
    engine = await EngineFixture.make();
    things = new Things();
    await ensureInstallation(engine.pool);
    restorations = new PgRestorationStore(engine.pool, { ring: () => Promise.resolve() } as never);
  });
  afterEach(() => engine.end());

  it('wait until their server is let go of, and then are done', async () => {
    engine.modules = { provisioning: { create } };
    const id = await engine.job('create');
    await restore();
    await engine.runner().start();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(things.log).toEqual([]);
    expect(await engine.view(id)).toMatchObject({ state: 'pending', fence: 1 });
    await release();
    expect((await engine.until(id, 'completed')).service).toBe('active');
  });

  it('are taken from a worker that is at work when it is found', async () => {
    engine.modules = { provisioning: { create } };
    const gate = new Gate();
    things.faults = [() => gate.pass()];
    await engine.runner().start();
    const id = await engine.job('create');
    await engine.when(() => gate.reached === 1);
    await restore();
    gate.release();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await engine.view(id)).toMatchObject({ state: 'in_progress', steps: { 'site / make': { state: 'intended' } } });
    await release();
    await engine.until(id, 'completed');
    expect(things.made.size).toBe(1);
  });

  it('wait, too, when a worker asks for one itself', async () => {
    const tidy = operation({ steps: ['make'], run: async ({ step, ctx }) => void (await step('make', things.step('tidy', ctx.owner))) });
    engine.modules = { provisioning: { tidy } };
    const runner = engine.runner();
    await runner.start();
    await restore();
    const id = await runner.begin({ operation: 'tidy', program: engine.program('hw-test-tidy', ['make']), requestedBy: 'test' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([things.log, (await engine.view(id)).state]).toEqual([[], 'pending']);
    await release();
    await engine.until(id, 'completed');
  });

  it('look for what they had begun before they believe the task that the backup knows of it', async () => {
    const polled: unknown[] = [];
    let runs = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make'],
          async run({ step, ctx, service }) {
            const made = await step('make', {
              strength: 'unique',
              claim: `thing-${service.id}`,
              find: async (name: string) => things.find(name, ctx.owner),
              run: async () => {
                runs += 1;
                return `task ${runs}`;
              },
              until: async (task: string) => {
                polled.push(task);
                return pending();
              },
              undo: async () => undefined,
            });
            return { remoteId: made.name };
          },
        }),
      },
    };
    const before = engine.runner();
    await before.start();
    const id = await engine.job('create');
    await engine.when(async () => (await engine.view(id)).steps['site / make']?.state === 'waiting');
    await before.stop();
    const job = await engine.view(id);
    // It was finished after the backup.
    things.put(`thing-${job.serviceId}`, `hw-test-${job.serviceId}`);
    await restore();
    const asked = polled.length;
    await release();
    await engine.runner().start();
    await engine.until(id, 'completed');
    expect([runs, polled.length]).toEqual([1, asked]);
  });

  it('do not make a call that nobody can look for, since it may have been made after the backup: a person decides', async () => {
    let calls = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['charge'],
          async run({ step }) {
            await step('charge', {
              strength: 'blind',
              run: async () => {
                calls += 1;
              },
            });
            return { remoteId: 'x' };
          },
        }),
      },
    };
    const id = await engine.job('create');
    await restore();
    await release();
    await engine.runner().start();
    expect(await engine.until(id, 'needs_operator')).toMatchObject({ tasks: ['decide'] });
    expect(calls).toBe(0);
    const later = await engine.job('create');
    await engine.until(later, 'completed');
    expect(calls).toBe(1);
  });

  it('are as patient with their steps as if no time had passed since the backup', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['wait'],
          async run({ step }) {
            await step('wait', { until: async () => (things.made.size > 0 ? done() : pending()) });
            return { remoteId: 'x' };
          },
        }),
      },
    };
    const before = engine.runner();
    await before.start();
    const id = await engine.job('create');
    await engine.when(async () => (await engine.view(id)).steps['site / wait']?.state === 'waiting');
    await before.stop();
    await engine.pool.query(`UPDATE provisioning_step SET started_at = now() - interval '1 day', waiting_since = now() - interval '1 day'`);
    await restore();
    await release();
    await engine.runner().start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    things.put('a', 'b');
    await engine.until(id, 'completed');
  });
});

describe('a create that met what is somebody else’s', () => {
  let engine: EngineFixture;
  let things: Things;
  beforeEach(async () => {
    engine = await EngineFixture.make();
    things = new Things();
    await engine.runner().start();
  });
  afterEach(() => engine.end());

  it('can be started over: what it did is undone, the rest left alone, and the service stays ordered', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['first', 'second'],
          async run({ step, ctx, service }) {
            await step('first', things.step(`first-${service.id}`, ctx.owner));
            const { name } = await step('second', things.step('taken', ctx.owner));
            return { remoteId: name };
          },
        }),
      },
    };
    things.put('taken', 'hw-theirs-5');
    const id = await engine.job('create', { reserves: true });
    expect((await engine.until(id, 'needs_operator')).tasks).toEqual(['not_owned']);
    await engine.operators.startOver(id, 'staff:1');
    const over = await engine.until(id, 'failed');
    expect([...things.made]).toEqual([['taken', 'hw-theirs-5']]);
    expect(over).toMatchObject({ service: 'pending', tasks: ['failed'], reserved: 0 });
    const next = await engine.operators.retry(id, 'staff:1');
    expect(next).not.toBe(id);
    await engine.until(next, 'needs_operator');
    expect((await engine.view(id)).tasks).toEqual([]);
  });

  it.each([
    ['is done', 'done'],
    ['waits for a person for another reason', 'bug'],
  ])('is nothing to start over when it %s', async (_, how) => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make'],
          async run({ step }) {
            await step('make', { strength: 'unique', claim: 'x', find: async () => absent, run: async () => undefined });
            if (how === 'bug') throw new TypeError('nobody planned for it');
            return { remoteId: 'x' };
          },
        }),
      },
    };
    const id = await engine.job('create');
    await engine.until(id, how === 'done' ? 'completed' : 'needs_operator');
    await expect(engine.operators.startOver(id, 'staff:1')).rejects.toMatchObject({ code: 'conflict' });
  });
});
