import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, PanelError, pending } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { Things } from './testing/things.js';

describe('the engine, while something takes its time', () => {
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

  it('waits in the database, not in the worker, and lets no catch mistake a wait for a failure', async () => {
    let polls = 0;
    let caught = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['start'],
          async run({ step }) {
            try {
              await step('start', {
                claim: 'x',
                find: async () => absent,
                run: async () => 'task-1',
                until: async (task) => (++polls < 4 ? pending(task, 5) : done({ task })),
              });
            } catch {
              caught += 1;
            }
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'completed');
    expect(polls).toBe(4);
    expect(caught).toBe(0);
    expect(job.steps['site / start']!.output).toEqual({ task: 'task-1' });
  });

  it('settles what is under way before it undoes', async () => {
    let polls = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['slow', 'wrong'],
          async run({ step }) {
            await Promise.all([
              step('slow', {
                claim: 'slow',
                find: async () => absent,
                run: async () => 'task',
                until: async () => (++polls < 5 ? pending() : done('made')),
                undo: async (made) => {
                  things.log.push(`undo ${String(made)} after ${polls}`);
                },
              }),
              step('wrong', {
                run: async () => {
                  while (polls === 0) await new Promise((resolve) => setTimeout(resolve, 5));
                  throw new PanelError('rejected', 'no');
                },
              }),
            ]);
            return { remoteId: 'r' };
          },
        }),
      },
    };
    await engine.until(await engine.job(), 'failed');
    expect(things.log).toEqual(['undo made after 5']);
  });

  it('parks while the provider is away, without counting, and goes on by itself', async () => {
    engine.modules = { provisioning: { create: things.twoThings() } };
    things.faults = Array.from({ length: 8 }, () => () => {
      throw new PanelError('unavailable', 'refused', { retryAfterMs: 10 });
    });
    const job = await engine.until(await engine.job(), 'completed');
    expect(job.steps['site / make a']).toMatchObject({ state: 'done', attempts: 0, unknown: false });
  });

  it('asks for the settings to be mended, keeps what there is, and goes on by itself afterwards', async () => {
    engine.modules = { provisioning: { create: things.twoThings() } };
    let wrong = true;
    const refuse = () => {
      if (wrong) {
        things.faults.push(refuse);
        throw new PanelError('invalid_config', 'the token was refused');
      }
      throw new PanelError('unavailable', 'once more');
    };
    things.faults = [refuse];
    const id = await engine.job();
    await engine.when(async () => (await engine.view(id)).tasks.length > 0);
    expect((await engine.view(id)).tasks).toEqual(['fix_settings']);
    wrong = false;
    const job = await engine.until(id, 'completed');
    expect(job.tasks).toEqual([]);
  });

  it('lets nothing of a worker through that has lost its lease', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let runs = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['slow'],
          async run({ step, ctx }) {
            await step('slow', {
              ...things.step('fenced', ctx.owner),
              run: async (claim) => {
                if (++runs === 1) await held;
                if (runs > 1 && things.made.has(claim)) throw new PanelError('conflict', 'exists');
                await things.create(claim, ctx.owner);
                return { name: claim };
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    while (runs === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    // As if the worker had been paused for longer than its lease.
    await engine.pool.query(`UPDATE provisioning_job SET worker_id = NULL, fence = fence + 1, wake_at = now() WHERE id = $1`, [id]);
    const job = await engine.until(id, 'completed');
    release();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(job.steps['site / slow']!.state).toBe('done');
    expect((await engine.view(id)).event_count).toBe(job.event_count);
  });

  it('goes on with the rest of the job while one call takes its time', async () => {
    let slowEnded = false;
    let polls = 0;
    let restEndedFirst = false;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['slow', 'wait', 'after'],
          async run({ step }) {
            await Promise.all([
              step('slow', {
                run: async () => {
                  await new Promise((resolve) => setTimeout(resolve, 600));
                  slowEnded = true;
                  return undefined;
                },
              }),
              (async () => {
                await step('wait', { until: async () => (++polls < 4 ? pending() : done()) });
                await step('after', {
                  run: async () => {
                    restEndedFirst = !slowEnded;
                    return undefined;
                  },
                });
              })(),
            ]);
            return { remoteId: 'r' };
          },
        }),
      },
    };
    await engine.until(await engine.job(), 'completed');
    expect(polls).toBe(4);
    expect(restEndedFirst).toBe(true);
  });
});
