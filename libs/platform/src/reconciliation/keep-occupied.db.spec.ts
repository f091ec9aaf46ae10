import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Panel } from './testing/panel.js';

let panel: Panel;
let serverId: string;
beforeAll(async () => {
  panel = await Panel.open();
});
afterAll(() => panel.close());
beforeEach(async () => {
  ({ serverId } = await panel.server());
  panel.occupied = () => [];
});
const sql = (text: string, values: unknown[] = []) => panel.database.pool.query<Record<string, unknown>>(text, values);

describe('what is taken up on a server', () => {
  const reserve = (value: number, free: string | null, job: number | null = 1) =>
    sql(
      `INSERT INTO reservation (pool, value, number, name, component, job_id, free_at) VALUES ('pool', $1::text, $1::bigint, 'id', 'site', $2, now() + $3::interval)`,
      [value, job, free],
    );
  const takenUp = (...values: number[]) => {
    panel.occupied = () =>
      values.map((value) => ({ remoteId: `r${value}`, pool: 'pool', value: String(value), number: value, name: 'id' }));
  };
  const pool = async () =>
    (
      await sql(
        `SELECT value, job_id IS NOT NULL AS job, round(extract(epoch FROM free_at - now()) / 3600)::int AS hours FROM reservation WHERE pool = 'pool' ORDER BY number`,
      )
    ).rows;
  afterEach(() => sql(`DELETE FROM reservation`));

  it('is kept from new services for a day, but for what a job has reserved', async () => {
    await reserve(1, null);
    await reserve(2, '1 hour');
    await reserve(3, '30 hours');
    takenUp(1, 2, 3, 4, 4);
    await panel.reconcile(serverId);
    await panel.reconcile(serverId);
    expect(await pool()).toEqual([
      { value: '1', job: true, hours: null },
      { value: '2', job: true, hours: 24 },
      { value: '3', job: true, hours: 30 },
      { value: '4', job: false, hours: 24 },
    ]);
  });

  it('is asked of all that no living service of the panel has', async () => {
    const asked: (readonly string[])[] = [];
    panel.occupied = (_, known) => (asked.push(known), []);
    await panel.service(serverId, '100');
    await panel.service(serverId, '101', 'suspended');
    await panel.service(serverId, '102', 'terminated');
    await panel.reconcile(serverId);
    expect([...asked[0]!].sort()).toEqual(['100', '101']);
  });
});
