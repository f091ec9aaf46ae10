import type { PoolClient } from 'pg';

/** For the rest of the transaction nobody else takes anything from these pools of reservations. In one order for everybody, so that nobody waits in a circle. */
export async function lockPools(client: PoolClient, pools: readonly string[]): Promise<void> {
  for (const pool of [...new Set(pools)].sort())
    await client.query({ name: 'reservation-lock', text: `SELECT pg_advisory_xact_lock(hashtextextended($1, 7))`, values: [pool] });
}
