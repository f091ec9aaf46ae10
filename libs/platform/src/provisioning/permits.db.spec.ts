import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, operation, pending } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { broken, Gate } from './testing/things.js';

describe('a permit', () => {
  let engine: EngineFixture;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(async () => {
    engine.reset();
    engine.permits = { task: 1 };
    await engine.pool.query('UPDATE permit_slot SET job_id = NULL, step_key = NULL, since = NULL');
  });

  /** A create with one step under the permit. */
  const create = (run: () => Promise<unknown>, until?: () => Promise<unknown>) =>
    operation({
      steps: ['task'],
      async run({ step }) {
        await step('task', { permit: 'task', claim: 'c', find: async () => absent, run, ...(until ? { until } : {}) } as never);
        return { remoteId: 'r' };
      },
    });

  /** A slot is left alone while it is fresh, since its step may be about to be written. */
  const age = () => engine.pool.query(`UPDATE permit_slot SET since = now() - interval '10 seconds' WHERE job_id IS NOT NULL`);
  const free = async (id: string): Promise<void> => {
    await engine.when(async () => {
      await age();
      return (await engine.view(id)).permits === 0;
    }, 'the permit is given back');
  };

  it('is given back when the job waits for a person', async () => {
    engine.modules = { provisioning: { create: create(async () => broken('')) } };
    const id = await engine.job();
    await engine.until(id, 'needs_operator');
    await free(id);
    // Others go on meanwhile.
    engine.modules = { provisioning: { create: create(async () => 'ok') } };
    await engine.until(await engine.job(), 'completed');
    // And the job itself takes one again when it goes on.
    await engine.operators.retry(id, 'staff');
    expect((await engine.until(id, 'completed')).permits).toBe(0);
  });

  it('is given back when staff end a job that waits for the provider', async () => {
    let ended = false;
    engine.modules = {
      provisioning: {
        create: create(
          async () => 't',
          async () => (ended ? broken('') : pending('t', 1)),
        ),
      },
    };
    const id = await engine.job();
    await engine.until(id, 'waiting');
    ended = true;
    await engine.until(id, 'needs_operator');
    await engine.operators.markResolved(id, 'seen to', 'staff');
    await free(id);
  });

  it('is kept through a wait, and lets the longest waiter in when it is given back', async () => {
    let over = false;
    const order: string[] = [];
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['task'],
          async run({ step, service }) {
            await step('task', {
              permit: 'task',
              claim: service.id,
              find: async () => absent,
              run: async () => (order.push(service.id), 't'),
              until: async () => (over ? done() : pending('t', 1)),
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const first = await engine.job();
    await engine.until(first, 'waiting');
    const others = [await engine.job(), await engine.job()];
    for (const id of others) await engine.when(async () => (await engine.view(id)).steps['site / task']?.state === 'parked');
    expect(order).toHaveLength(1);
    over = true;
    for (const id of [first, ...others]) await engine.until(id, 'completed');
    expect(order).toHaveLength(3);
  });

  it('is kept by a step that the function did not wait for; the job is not over before it is', async () => {
    let polls = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['task', 'rest'],
          async run({ step }) {
            void step('task', {
              permit: 'task',
              claim: 'c',
              find: async () => absent,
              run: async () => 't',
              until: async () => (++polls < 4 ? pending('t', 1) : done()),
            });
            await step('rest', { run: async () => 'ok' });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'completed');
    expect(job).toMatchObject({ permits: 0, steps: { 'site / task': { state: 'done' } } });
    expect(polls).toBe(4);
  });

  it('is not taken for the wait itself: a step that waited long for one has all its time', async () => {
    const gate = new Gate();
    let polls = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['task'],
          async run({ step, service }) {
            await step('task', {
              permit: 'task',
              giveUpAfterMs: 60_000,
              claim: service.id,
              find: async () => absent,
              run: async () => {
                await gate.pass();
                return 't';
              },
              until: async () => (++polls % 3 === 0 ? done() : pending('t', 1)),
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const first = await engine.job();
    await engine.when(() => gate.reached === 1);
    const second = await engine.job();
    await engine.when(async () => (await engine.view(second)).steps['site / task']?.state === 'parked');
    await engine.pool.query(`UPDATE provisioning_step SET started_at = now() - interval '1 day' WHERE job_id = $1`, [second]);
    gate.release();
    await engine.until(first, 'completed');
    expect(await engine.until(second, 'completed', 'needs_operator')).toMatchObject({ state: 'completed' });
  });

  it('is given back after a roll-back, which takes one for itself', async () => {
    let undone = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['task', 'check'],
          async run({ step }) {
            await step('task', {
              permit: 'task',
              claim: 'c',
              find: async () => absent,
              run: async () => 'made',
              undo: async () => void (undone += 1),
            });
            await step('check', { run: async () => broken('') });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const id = await engine.job();
    await engine.until(id, 'needs_operator');
    await engine.operators.rollBack(id, 'staff');
    expect((await engine.until(id, 'cancelled')).permits).toBe(0);
    expect(undone).toBe(1);
  });

  it('never has more under way than the permits allow, and gives every one back', async () => {
    engine.permits = { task: 2 };
    let now = 0;
    let most = 0;
    // A wait longer than a turn: closures are new each time, so the count of polls lives outside.
    let polls = 0;
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['task'],
          async run({ step, service }) {
            await step('task', {
              permit: 'task',
              claim: (service as { id: string }).id,
              find: async () => absent,
              run: async () => {
                most = Math.max(most, ++now);
                return 't';
              },
              until: async () => {
                if (++polls % 3 !== 0) return pending('t', 2);
                now -= 1;
                return done('ok');
              },
            });
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const ids = await Promise.all(Array.from({ length: 12 }, () => engine.job()));
    for (const id of ids) await engine.until(id, 'completed');
    expect(most).toBeLessThanOrEqual(2);
    const { rows } = await engine.pool.query(`SELECT count(*)::int AS held FROM permit_slot WHERE job_id IS NOT NULL`);
    expect(rows[0]).toEqual({ held: 0 });
  });
});
