import pg from 'pg';
import { chooseServer, type Candidate, type FillRule } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';

/** How many services are on each of the servers `$1`: those that have a place, which ended ones have given back. */
export const usedPlaces = `SELECT c.server_id AS id, count(*)::int AS used FROM service_component c JOIN service v ON v.id = c.service_id
  WHERE c.server_id = ANY ($1::bigint[]) AND v.state NOT IN ('terminated', 'cancelled') GROUP BY c.server_id`;

/**
 * The server of a group that the next service goes to, by the group's fill rule. Call it in the transaction that then inserts the
 * service's component: the group's servers stay locked until it ends, so two orders never share the last place.
 * `extension`: only servers of that extension.
 * Throws `conflict` when no active server has room; `unavailable` while those there are are held since the panel was restored.
 */
export async function placeService(client: pg.PoolClient, serverGroupId: string, extension?: string): Promise<string> {
  const { rows: all } = await client.query<{ id: string; capacity: number | null; fill: FillRule; held: boolean }>({
    name: 'placement_servers',
    // Not FOR UPDATE: that would also wait for everybody who only refers to one of these servers.
    text: `SELECT s.id, s.capacity, g.fill,
        EXISTS (SELECT 1 FROM restoration_server h WHERE h.server_id = s.id AND h.state = 'held') AS held FROM server s JOIN server_group g ON g.id = s.server_group_id
      WHERE s.server_group_id = $1 AND s.state = 'active' AND s.kind = 'provisioning' AND ($2::text IS NULL OR s.extension = $2)
      ORDER BY s.id FOR NO KEY UPDATE OF s`,
    values: [serverGroupId, extension ?? null],
  });
  const servers = all.filter(({ held }) => !held);
  const [first] = servers;
  if (!first && all.length > 0) throw heldServer();
  if (!first) throw new PanelError('conflict', 'no server has room');
  if (servers.length === 1 && first.capacity === null) return first.id;
  // A statement of its own: only a snapshot taken after the locks sees what the holder before us has placed.
  const { rows: used } = await client.query<{ id: string; used: number }>({
    name: 'placement_used',
    text: usedPlaces,
    values: [servers.map(({ id }) => id)],
  });
  const usedBy = new Map(used.map((row) => [row.id, row.used]));
  const candidates: Candidate[] = servers.map(({ id, capacity }) => ({ id, capacity, used: usedBy.get(id) ?? 0 }));
  return chooseServer(candidates, first.fill).id;
}

/** What orders are answered while nobody knows what is on the server and what is taken there. */
function heldServer(): PanelError {
  return new PanelError(
    'unavailable',
    'the panel was restored from a backup and is being compared with its servers; try again in a minute',
    {
      retryAfterMs: 60_000,
    },
  );
}

/** Throws as `placeService` when one of the servers is held. */
export async function requireNotHeld(client: pg.PoolClient, serverIds: readonly string[]): Promise<void> {
  const { rowCount } = await client.query(`SELECT 1 FROM restoration_server WHERE state = 'held' AND server_id = ANY ($1::bigint[])`, [
    serverIds,
  ]);
  if (rowCount !== 0) throw heldServer();
}
