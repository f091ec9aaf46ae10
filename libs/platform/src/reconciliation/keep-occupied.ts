import type { OccupiedValue } from '@hostwright/core';
import type pg from 'pg';
import { lockPools } from '../database/index.js';

/** What a job has reserved stays the job's; what was free or in quarantine is kept from everybody for another day. */
const keep = `
  INSERT INTO reservation (pool, value, number, name, component, free_at, seen_remote_id)
  SELECT DISTINCT ON (o.pool, o.value) o.pool, o.value, o.number, o.name, '', now() + interval '24 hours', o."remoteId"
  FROM jsonb_to_recordset($1::jsonb) AS o (pool text, value text, number bigint, name text, "remoteId" text)
  ON CONFLICT (pool, value) DO UPDATE SET free_at = greatest(reservation.free_at, excluded.free_at), seen_remote_id = excluded.seen_remote_id
    WHERE reservation.free_at IS NOT NULL`;

/** Keeps values from new services that something has taken up of which no job of ours knows. In the caller's transaction. */
export async function keepOccupied(client: pg.PoolClient, occupied: readonly OccupiedValue[]): Promise<void> {
  if (occupied.length === 0) return;
  await lockPools(
    client,
    occupied.map(({ pool }) => pool),
  );
  await client.query(keep, [JSON.stringify(occupied)]);
}
