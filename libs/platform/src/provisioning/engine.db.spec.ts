import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, failed, operation, PanelError } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { lost, Things } from './testing/things.js';

describe('the engine', () => {
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

  it('runs the steps once, in order, and says so in the progress list', async () => {
    engine.modules = { provisioning: { create: things.twoThings() } };
    const job = await engine.until(await engine.job(), 'completed');
    expect(things.changes).toHaveLength(2);
    expect(job.service).toBe('active');
    expect(job.events).toEqual([
      'progress make a: started 0',
      'progress make a: done 33',
      'progress make b: started 33',
      'progress make b: done 66',
      'progress check: done 100',
      'complete create: done 100',
    ]);
    expect(job.event_count).toBe(6);
  });

  it('looks before it calls again when the answer was lost, and adopts what is there', async () => {
    engine.modules = { provisioning: { create: things.twoThings() } };
    things.faults = [
      (name) => {
        things.put(name, `hw-test-${name.slice(1)}`);
        lost();
      },
    ];
    const job = await engine.until(await engine.job(), 'completed');
    expect(things.count('create a')).toBe(1);
    expect(job.steps['site / make a']).toMatchObject({ state: 'done', unknown: true });
  });

  it('calls again when the lost call had done nothing', async () => {
    engine.modules = { provisioning: { create: things.twoThings() } };
    things.faults = [lost];
    await engine.until(await engine.job(), 'completed');
    expect(things.count('create a')).toBe(2);
    expect(things.made.size).toBe(2);
  });

  it('undoes in reverse order of completion after a final error, and frees nothing it may still hold', async () => {
    engine.modules = {
      provisioning: {
        create: things.twoThings(() => {
          throw new PanelError('rejected', 'the provider said no');
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(things.changes.map((line) => line.slice(0, 8))).toEqual(['create a', 'create b', 'remove b', 'remove a']);
    expect(things.made.size).toBe(0);
    expect(job.tasks).toEqual(['failed']);
    expect(job.service).toBe('pending');
    expect(job.events.at(-1)).toContain('the provider said no');
  });

  it('undoes what turns up late after a roll-back', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['make a'],
          async run({ step, ctx }) {
            await step('make a', things.step('late', ctx.owner));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    things.faults = [lost, lost, lost];
    const id = await engine.job();
    const job = await engine.until(id, 'failed');
    expect(job.phase).toBe('looking');
    things.made.set(
      'late',
      `hw-test-${(await engine.pool.query<{ s: string }>('SELECT service_id AS s FROM provisioning_job WHERE id = $1', [id])).rows[0]!.s}`,
    );
    await engine.when(async () => (await engine.view(id)).phase === 'ended');
    expect(things.made.size).toBe(0);
  });

  it('never touches what belongs to somebody else, and asks a person', async () => {
    engine.modules = { provisioning: { create: things.twoThings() } };
    const serviceId = await engine.service();
    things.made.set(`a${serviceId}`, 'hw-test-stranger');
    const job = await engine.until(await engine.job('create', { serviceId }), 'needs_operator');
    expect(job.tasks).toEqual(['not_owned']);
    expect(things.changes).toEqual([]);
  });

  it('stops for a person, undoing nothing, when the extension fails in a way nobody planned for', async () => {
    engine.modules = {
      provisioning: {
        create: things.twoThings(() => {
          throw new TypeError('secret-token is not a function');
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'needs_operator');
    expect(job.tasks).toEqual(['bug']);
    expect(things.made.size).toBe(2);
    expect(JSON.stringify(job)).not.toContain('secret-token');
  });

  it('refuses steps that are not declared, called twice, or nested', async () => {
    const bad = [
      operation({ steps: ['a'], run: async ({ step }) => step('b' as 'a', { run: async () => 1 }) as never }),
      operation({
        steps: ['a'],
        async run({ step }) {
          await step('a', { run: async () => 1 });
          await step('a', { run: async () => 1 });
          return undefined as never;
        },
      }),
      operation({ steps: ['a', 'b'], run: async ({ step }) => step('a', { run: async () => step('b', { run: async () => 1 }) }) as never }),
    ];
    for (const create of bad) {
      engine.modules = { provisioning: { create } };
      expect((await engine.until(await engine.job(), 'needs_operator')).tasks).toEqual(['bug']);
    }
  });

  it('fails a step whose task ended badly', async () => {
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['task'],
          async run({ step }) {
            await step('task', {
              claim: 'x',
              find: async () => absent,
              run: async () => 't',
              until: async () => failed(new PanelError('rejected', 'storage is full')),
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'failed');
    expect(job.failure).toEqual({ code: 'rejected', message: 'storage is full' });
  });
});
