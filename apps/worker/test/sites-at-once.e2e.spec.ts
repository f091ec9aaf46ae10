import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from './support/stage.js';
import { waitFor } from './support/waits.js';

/** What the provider takes at once is ten; a task over that is refused and counts as a violation. One place is kept for customers who wait. */
const used = 10 - 1;
const sites = 20;

describe('twenty sites ordered at once, at a provider that does ten tasks at once', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open({ speed: 0.01, waitScale: 0.01 });
    await Promise.all([stage.startLoop(), stage.startWorker()]);
  });
  afterAll(() => stage.close());

  const holdTasks = (tasksHeld: boolean): Promise<void> => stage.control('provisioning', '/cluster', { tasksHeld });

  /** No task ends before all that may be under way are, and the other sites have been refused a place. Then all jobs are seen to their end. */
  async function atTheCap(begin: () => Promise<readonly { readonly jobId: string }[]>): Promise<void> {
    await holdTasks(true);
    const jobs = await begin();
    const waiting = async (): Promise<string> => {
      const { rows } = await stage.db.pool.query<{ parked: number }>(
        `SELECT count(*)::int AS parked FROM provisioning_step WHERE state = 'parked' AND starts_with(wait_for, $2) AND job_id = ANY($1)`,
        [jobs.map(({ jobId }) => jobId), `permit:${stage.serverIds.provisioning}:`],
      );
      const { tasksUnderWay } = await stage.stats('provisioning');
      return `${String(tasksUnderWay)} tasks under way, ${rows[0]!.parked} sites that wait for a place`;
    };
    const full = `${used} tasks under way, ${sites - used} sites that wait for a place`;
    await waitFor(30_000, async () => ((await waiting()) === full ? full : undefined), waiting);
    await holdTasks(false);
    for (const { jobId } of jobs) await stage.until(jobId, ['completed'], 60_000);
    expect(await stage.stats('provisioning')).toMatchObject({ maxTasksAtOnce: used, tasksUnderWay: 0 });
  }

  it('all arrive, each once and complete, and the cap is used and never exceeded', async () => {
    await atTheCap(() => Promise.all(Array.from({ length: sites }, (_, at) => stage.order({ email: `customer${at}@example.com` }))));
    expect(stage.flaws(sites)).toEqual([]);
    const { rows } = await stage.db.pool.query(`SELECT 1 FROM operator_task`);
    expect(rows).toEqual([]);
  }, 120_000);

  it('all go at once, and leave nothing', async () => {
    const { rows } = await stage.db.pool.query<{ id: string }>(`SELECT id FROM service`);
    await atTheCap(() => Promise.all(rows.map(({ id }) => stage.terminate(id))));
    expect(stage.ledger()).toEqual([]);
    expect(stage.flaws(0)).toEqual([]);
  }, 120_000);
});
