import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from './support/stage.js';
import { looked } from './support/waits.js';

/** Customers that both panels have. */
const emails = ['anna@example.com', 'berta@example.com', 'carla@example.com'];

/**
 * Brings the order to its end as an operator does: where what was reserved turned out to be the other panel's, the job is started over
 * and tried again, with other values.
 */
async function deliver(stage: Stage, { serviceId, jobId }: { readonly serviceId: string; readonly jobId: string }): Promise<string> {
  let job = jobId;
  for (let tries = 0; tries < 12; tries += 1) {
    if ((await stage.until(job, ['completed', 'needs_operator', 'failed'])) === 'completed') return serviceId;
    const { rows } = await stage.db.pool.query(`SELECT state FROM provisioning_job WHERE id = $1`, [job]);
    if (rows[0].state === 'needs_operator') {
      const { rows: tasks } = await stage.db.pool.query(`SELECT kind FROM operator_task WHERE job_id = $1 AND state = 'open'`, [job]);
      expect(tasks).toEqual([{ kind: 'not_owned' }]);
      await stage.provisioning.operators.startOver(job, 'staff:1');
      await stage.until(job, ['failed']);
    }
    job = await stage.provisioning.operators.retry(job, 'staff:1');
  }
  throw new Error(`service ${serviceId} could not be delivered\n${await stage.story(job)}`);
}

describe('two panels with the same ranges on one cluster, one proxy and one zone', () => {
  let left: Stage;
  let right: Stage;
  const things = (stage: Stage): string[] =>
    stage
      .everyProvider()
      .flatMap((provider) => provider.ledger())
      .filter(({ owner }) => owner?.startsWith(`hw-${stage.installationId}-`))
      .map((entry) => JSON.stringify(entry))
      .sort();
  const containers = (stage: Stage) => things(stage).filter((line) => line.includes('"kind":"container"'));
  const violations = () => left.everyProvider().flatMap((provider) => provider.violations());

  beforeAll(async () => {
    left = await Stage.open();
    right = await Stage.open({ providers: left.providers });
    await Promise.all([left.startWorker(), right.startWorker()]);
  }, 60_000);
  afterAll(async () => {
    await right?.close();
    await left?.close();
  });

  it('build their sites at the same time, and each gets its own: what the other has is never touched', async () => {
    const panels = [left, right];
    const ordered = await Promise.all(
      panels.flatMap((panel) => emails.map(async (email) => ({ panel, order: await panel.order({ email }) }))),
    );
    await Promise.all(ordered.map(({ panel, order }) => deliver(panel, order)));
    expect([containers(left).length, containers(right).length]).toEqual([emails.length, emails.length]);
    for (const panel of panels)
      for (const { order } of ordered.filter((one) => one.panel === panel))
        expect(await panel.provisioning.inspector.inspect(order.serviceId)).toMatchObject([{ inspection: { state: 'running' } }]);
    expect(violations()).toEqual([]);
  }, 120_000);

  it('give nothing to new sites that the other has, once they have looked', async () => {
    const { rows: servers } = await right.db.pool.query<{ id: string }>(`SELECT id FROM server WHERE kind = 'provisioning'`);
    await looked(right, servers[0]!.id);
    const taken = containers(left).map((line) => (JSON.parse(line) as { id: string }).id);
    const order = await right.order({ email: 'dora@example.com' });
    expect(taken).not.toContain(String((order.reserved['site'] as { vmid: number }).vmid));
    await right.until(order.jobId, ['completed']);
  }, 60_000);

  it('end their sites, each its own: the other’s are as they were', async () => {
    const before = things(right);
    const { rows } = await left.db.pool.query<{ id: string }>(`SELECT id FROM service`);
    const jobs = await Promise.all(rows.map(({ id }) => left.terminate(id)));
    for (const { jobId } of jobs) await left.until(jobId, ['completed'], 60_000);
    expect(things(left)).toEqual([]);
    expect(things(right)).toEqual(before);
    expect(violations()).toEqual([]);
  }, 90_000);

  it('end and build at the same time', async () => {
    const { rows } = await right.db.pool.query<{ id: string }>(`SELECT id FROM service`);
    const [orders, jobs] = await Promise.all([
      Promise.all(emails.map((email) => left.order({ email }))),
      Promise.all(rows.map(({ id }) => right.terminate(id))),
    ]);
    await Promise.all(orders.map((order) => deliver(left, order)));
    for (const { jobId } of jobs) await right.until(jobId, ['completed'], 60_000);
    expect(things(right)).toEqual([]);
    expect(containers(left)).toHaveLength(emails.length);
    expect(violations()).toEqual([]);
  }, 90_000);
});
