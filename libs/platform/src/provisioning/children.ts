import type { PoolClient } from 'pg';

interface Child {
  readonly id: string;
  readonly state: string;
}

/** What was added to a service and is not gone, oldest first. */
export function livingChildren(client: PoolClient, serviceId: string): Promise<readonly Child[]> {
  return children(client, serviceId, `state NOT IN ('terminated', 'cancelled')`);
}

/** What was added to it and runs, or is being made. */
export function runningChildren(client: PoolClient, serviceId: string): Promise<readonly Child[]> {
  return children(client, serviceId, `state IN ('pending', 'active') AND desired_state = 'active'`);
}

/** What was suspended with it, and by nobody else. */
export function childrenSuspendedWith(client: PoolClient, serviceId: string): Promise<readonly Child[]> {
  return children(client, serviceId, `suspended_with_parent AND state NOT IN ('terminated', 'cancelled') AND desired_state = 'suspended'`);
}

async function children(client: PoolClient, serviceId: string, which: string): Promise<readonly Child[]> {
  const { rows } = await client.query<Child>(`SELECT id, state FROM service WHERE parent_id = $1 AND ${which} ORDER BY id`, [serviceId]);
  return rows;
}

/** The service and those that it is added to, the nearest first. */
export async function idsUpFrom(client: PoolClient, serviceId: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>({
    name: 'services-above',
    text: `WITH RECURSIVE up AS (SELECT id, parent_id, 1 AS level FROM service WHERE id = $1
        UNION ALL SELECT s.id, s.parent_id, level + 1 FROM service s JOIN up ON s.id = up.parent_id)
      SELECT id FROM up ORDER BY level`,
    values: [serviceId],
  });
  return rows.map(({ id }) => id);
}
