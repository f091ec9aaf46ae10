import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from '@hostwright/platform';
import type { Pool } from 'pg';

const connections = 20;
const payload = '{"ok":true}';

/**
 * What the same work costs with `pg` alone: one workflow is eleven single-statement commits, one that makes it, one for each of its nine
 * steps, and one that ends it. Nothing of it is joined, fenced or looked for.
 */
export class PgFloor {
  private constructor(private readonly pool: Pool) {}

  static async open(connectionString: string): Promise<PgFloor> {
    const pool = createPool({ connectionString, name: 'floor', max: connections, log: { warn: () => undefined } });
    await pool.query(`CREATE TABLE IF NOT EXISTS floor_workflow (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state text, input jsonb, output jsonb);
      CREATE TABLE IF NOT EXISTS floor_step (workflow_id bigint, seq int, state text, output jsonb, PRIMARY KEY (workflow_id, seq))`);
    await Promise.all(Array.from({ length: connections }, () => pool.query('SELECT pg_sleep(0.02)')));
    return new PgFloor(pool);
  }

  /** `providerMs`: what each step waits for before it is recorded. */
  async work(providerMs?: number): Promise<void> {
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'floor-begin',
      text: `INSERT INTO floor_workflow (state, input) VALUES ('running', $1) RETURNING id`,
      values: [payload],
    });
    const { id } = rows[0]!;
    for (let step = 0; step < 9; step += 1) {
      if (providerMs !== undefined) await sleep(providerMs);
      await this.pool.query({
        name: 'floor-step',
        text: `INSERT INTO floor_step VALUES ($1, $2, 'done', $3)`,
        values: [id, step, payload],
      });
    }
    await this.pool.query({
      name: 'floor-end',
      text: `UPDATE floor_workflow SET state = 'done', output = $2 WHERE id = $1`,
      values: [id, payload],
    });
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
