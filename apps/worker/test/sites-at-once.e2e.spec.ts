import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from './support/stage.js';

/** What the provider takes at once is ten; a task over that is refused and counts as a violation. One place is kept for customers who wait. */
const used = 10 - 1;
const sites = 20;

/** A busy machine does not bring all of them about in the same moment, but never more. */
function expectCapped(stats: object): void {
  const { maxTasksAtOnce } = stats as { readonly maxTasksAtOnce: number };
  expect(maxTasksAtOnce).toBeLessThanOrEqual(used);
  expect(maxTasksAtOnce).toBeGreaterThan(used / 2);
}

describe('twenty sites ordered at once, at a provider that does ten tasks at once', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open({ speed: 0.01, waitScale: 0.01 });
    await Promise.all([stage.startLoop(), stage.startWorker()]);
  });
  afterAll(() => stage.close());

  it('all arrive, each once and complete, and the cap is used and never exceeded', async () => {
    const placed = await Promise.all(Array.from({ length: sites }, (_, at) => stage.order({ email: `customer${at}@example.com` })));
    for (const { jobId } of placed) await stage.until(jobId, ['completed'], 60_000);
    expect(stage.flaws(sites)).toEqual([]);
    const stats = await stage.stats('provisioning');
    expect(stats).toMatchObject({ tasksUnderWay: 0 });
    expectCapped(stats);
    const { rows } = await stage.db.pool.query(`SELECT 1 FROM operator_task`);
    expect(rows).toEqual([]);
  }, 90_000);

  it('all go at once, and leave nothing', async () => {
    const { rows } = await stage.db.pool.query<{ id: string }>(`SELECT id FROM service`);
    const jobs = await Promise.all(rows.map(({ id }) => stage.terminate(id)));
    for (const { jobId } of jobs) await stage.until(jobId, ['completed'], 60_000);
    expect(stage.ledger()).toEqual([]);
    expect(stage.flaws(0)).toEqual([]);
    expectCapped(await stage.stats('provisioning'));
  }, 90_000);
});
