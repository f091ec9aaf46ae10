import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { absent, operation } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

describe('the end of a step, whose commit the function does not wait for', () => {
  let engine: EngineFixture;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());

  /** Holds up every write of the jobs that are held, from a connection of its own. */
  const holdUp = async (): Promise<() => Promise<void>> => {
    const other = await engine.pool.connect();
    await other.query('BEGIN');
    await other.query(`SELECT 1 FROM provisioning_job WHERE worker_id IS NOT NULL FOR UPDATE`);
    return async () => {
      await other.query('COMMIT');
      other.release();
    };
  };
  const aWriteWaits = (): Promise<unknown> =>
    engine.when(async () => {
      const { rows } = await engine.pool.query(
        `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`,
      );
      return rows.length > 0;
    }, 'a write waits');

  it.each([
    ['a call that may be repeated', {}],
    ['a look for what a claim has made', { strength: 'unique' as const, claim: 'b', find: () => Promise.resolve(absent) }],
  ])('is committed before %s of the step after it', async (_, next) => {
    const log: string[] = [];
    let letGo: () => Promise<void> = () => Promise.resolve();
    const calls = (name: string, spec: object): object => ({
      ...spec,
      ...('find' in spec ? { find: () => (log.push(`find ${name}`), Promise.resolve(absent)) } : {}),
      run: async () => void log.push(`call ${name}`),
    });
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['a', 'b'],
          async run({ step }) {
            await step('a', {
              run: async () => {
                log.push('call a');
                letGo = await holdUp();
              },
            });
            log.push('the function goes on');
            await step('b', calls('b', next) as never);
            return { remoteId: 'r1' };
          },
        }),
      },
    };
    const jobId = await engine.job();
    await aWriteWaits();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const meanwhile = [...log];
    expect((await engine.view(jobId)).steps).toEqual({});
    await letGo();
    expect(meanwhile).toEqual(['call a', 'the function goes on']);
    await engine.until(jobId, 'completed');
    expect(log.slice(2)).toEqual('find' in next ? ['find b', 'call b'] : ['call b']);
  });

  it('comes with the end of the job, and neither is there without the other', async () => {
    let letGo: () => Promise<void> = () => Promise.resolve();
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['a'],
          async run({ step }) {
            await step('a', { run: async () => void (letGo = await holdUp()) });
            return { remoteId: 'r1' };
          },
        }),
      },
    };
    const jobId = await engine.job();
    await aWriteWaits();
    expect(await engine.view(jobId)).toMatchObject({ state: 'in_progress', steps: {}, service: 'pending' });
    await letGo();
    const job = await engine.until(jobId, 'completed');
    expect(job.steps['site / a']).toMatchObject({ state: 'done' });
    expect(job.events).toEqual(['progress a: done 100', 'complete create: done 100']);
    const { rows } = await engine.pool.query(
      `SELECT (SELECT xmin FROM provisioning_step WHERE job_id = $1) = (SELECT xmin FROM provisioning_job WHERE id = $1) AS together`,
      [jobId],
    );
    expect(rows).toEqual([{ together: true }]);
  });
});
