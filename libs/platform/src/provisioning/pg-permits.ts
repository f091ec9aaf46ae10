import { JournalTrouble, Permits } from '@hostwright/core';
import type { Pool } from 'pg';

/** Permits as rows: a slot each. A slot names the step that holds it, so a permit cannot be lost with a process. */
export class PgPermits extends Permits {
  private readonly made = new Map<string, number>();

  constructor(private readonly pool: Pool) {
    super();
  }

  async acquire(permit: {
    serverId: string;
    name: string;
    cap: number;
    jobId: string;
    stepKey: string;
    interactive: boolean;
  }): Promise<boolean> {
    const { serverId, name, cap, jobId, stepKey } = permit;
    await this.makeSlots(serverId, name, cap);
    const open = permit.interactive || cap <= 2 ? cap : cap - Math.max(1, Math.floor(cap / 10));
    // A step that comes back after a crash finds the slot it holds. Slots above the cap are left over from a higher one.
    const { rowCount } = await this.run(
      'permit-acquire',
      `WITH mine AS (SELECT slot FROM permit_slot WHERE server_id = $1 AND name = $2 AND job_id = $3 AND step_key = $4),
       taken AS (
         UPDATE permit_slot l SET job_id = $3, step_key = $4, since = now()
         WHERE NOT EXISTS (SELECT 1 FROM mine) AND l.server_id = $1 AND l.name = $2 AND l.slot = (
           SELECT f.slot FROM permit_slot f WHERE f.server_id = $1 AND f.name = $2 AND f.slot <= $5 AND f.job_id IS NULL
           ORDER BY f.slot LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING l.slot)
       SELECT slot FROM mine UNION ALL SELECT slot FROM taken`,
      [serverId, name, jobId, stepKey, open],
    );
    return rowCount > 0;
  }

  async release(jobId: string, stepKey: string): Promise<boolean> {
    const { rowCount } = await this.run(
      'permit-release',
      `WITH freed AS (
         UPDATE permit_slot SET job_id = NULL, step_key = NULL, since = NULL WHERE job_id = $1 AND step_key = $2 RETURNING server_id, name),
       waiter AS (
         SELECT t.job_id, t.key FROM provisioning_step t JOIN freed ON t.wait_for = 'permit:' || freed.server_id || ':' || freed.name
         WHERE t.state IN ('parked', 'undoing') ORDER BY t.started_at, t.job_id LIMIT 1),
       due AS (UPDATE provisioning_step t SET wake_at = now() FROM waiter WHERE t.job_id = waiter.job_id AND t.key = waiter.key)
       UPDATE provisioning_job p SET wake_at = now() FROM waiter WHERE p.id = waiter.job_id AND p.worker_id IS NULL AND p.wake_at IS NOT NULL`,
      [jobId, stepKey],
    );
    return rowCount > 0;
  }

  private async makeSlots(serverId: string, name: string, cap: number): Promise<void> {
    const key = `${serverId} ${name}`;
    if ((this.made.get(key) ?? 0) >= cap) return;
    await this.run(
      'permit-slots',
      `INSERT INTO permit_slot (server_id, name, slot) SELECT $1, $2, n FROM generate_series(1, $3::int) n ON CONFLICT DO NOTHING`,
      [serverId, name, cap],
    );
    this.made.set(key, cap);
  }

  private async run(name: string, text: string, values: unknown[]): Promise<{ rowCount: number }> {
    try {
      const { rowCount } = await this.pool.query({ name, text, values });
      return { rowCount: rowCount ?? 0 };
    } catch (error) {
      throw new JournalTrouble('permits could not be reached', { cause: error });
    }
  }
}
