import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import { loadComponents, type ComponentFacts } from './job-rows.js';

/** Something at a provider that was a service's. */
export interface FormerThing {
  readonly serviceId: string;
  readonly serverId: string;
  readonly remoteId: string;
}

/**
 * What is on record of it: the component of the ended service that had it, with what create once left. Undefined: nothing is.
 * Throws `conflict` when the service is at work, or when what lives has that remote id.
 */
export async function formerComponent(
  client: PoolClient,
  { serviceId, serverId, remoteId }: FormerThing,
): Promise<{ readonly component: ComponentFacts; readonly order: JsonObject } | undefined> {
  await client.query(`SELECT 1 FROM service WHERE id = $1 FOR NO KEY UPDATE`, [serviceId]);
  // Only now: a statement that waited for the lock itself would not see what its holder has begun.
  const { rows } = await client.query<{ state: string; order_values: JsonObject; busy: boolean; held: string | null }>(
    `SELECT s.state, s.order_values,
       EXISTS (SELECT 1 FROM provisioning_job j WHERE j.service_id = s.id AND j.phase <> 'ended') AS busy,
       (SELECT c.service_id FROM service_component c JOIN service v ON v.id = c.service_id JOIN server o ON o.id = c.server_id
        JOIN server h ON h.id = $2 AND h.extension = o.extension
        WHERE c.remote_id = $3 AND v.state NOT IN ('terminated', 'cancelled') AND (v.id = s.id OR c.server_id = $2) LIMIT 1) AS held
     FROM service s WHERE s.id = $1`,
    [serviceId, serverId, remoteId],
  );
  const [service] = rows;
  if (!service) return undefined;
  if (service.busy) throw new PanelError('conflict', `a job of service ${serviceId} is under way; look again when it is over`);
  if (service.held !== null) throw new PanelError('conflict', `service ${service.held} lives with '${remoteId}', so it is not removed`);
  if (service.state !== 'terminated' && service.state !== 'cancelled') return undefined;
  const component = (await loadComponents(client, serviceId)).find((one) => one.serverId === serverId && one.remoteId === remoteId);
  return component && { component, order: service.order_values };
}
