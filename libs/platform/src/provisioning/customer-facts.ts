import { customerMark, JournalTrouble, serviceOfMark } from '@hostwright/core';
import { PanelError, type CustomerFacts, type JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';

/**
 * Who else of the customer has something on that server. A service that is being ended, or whose making is being undone, needs what is
 * shared no longer: two that go at once must not each leave it to the other. Nor does one that was never made, unless that is tried again.
 * One whose end stopped for a person still has it.
 */
const othersQuery = `
SELECT mine.customer_id, other.id AS service_id, component.settings AS product, (
  SELECT coalesce(jsonb_agg(d.name ORDER BY d.name), '[]') FROM domain d JOIN service s ON s.id = d.service_id
  WHERE s.customer_id = mine.customer_id AND d.state = 'active' AND d.verified_by = 'txt') AS domains
FROM service mine
LEFT JOIN service other ON other.customer_id = mine.customer_id AND other.id <> mine.id AND other.state IN ('pending', 'active', 'suspended')
  AND NOT EXISTS (SELECT FROM provisioning_job job WHERE job.service_id = other.id AND (
    (job.operation = 'terminate' AND job.state IN ('pending', 'in_progress', 'waiting')) OR
    (job.operation = 'create' AND job.state = 'rolling_back') OR
    (job.operation = 'create' AND job.state IN ('failed', 'cancelled') AND other.state = 'pending'
      AND NOT EXISTS (SELECT FROM provisioning_job later WHERE later.service_id = other.id AND later.id > job.id))))
LEFT JOIN LATERAL (
  SELECT one.settings FROM service_component one WHERE one.service_id = other.id AND one.server_id = $2
  UNION
  SELECT part -> 'product' FROM provisioning_job job, jsonb_array_elements(job.program -> 'components') part
  WHERE job.service_id = other.id AND job.state IN ('pending', 'in_progress', 'waiting', 'rolling_back', 'needs_operator')
    AND job.operation = 'changePackage' AND part ->> 'serverId' = $2::text
) component ON true
WHERE mine.id = $1
ORDER BY other.id`;

interface Row {
  readonly customer_id: string;
  readonly service_id: string | null;
  readonly product: JsonObject | null;
  readonly domains: readonly string[];
}

/** The customer of the service that the mark names, as one server knows him. Throws `not_found` when it names none. */
export async function readCustomerFacts(pool: Pool, owner: string, serverId: string): Promise<CustomerFacts> {
  const [, installationId = ''] = /^hw-([a-z0-9]+)-/.exec(owner) ?? [];
  const serviceId = serviceOfMark(installationId, owner);
  const rows = serviceId === undefined ? [] : await read(pool, serviceId, serverId);
  const [mine] = rows;
  if (mine === undefined) throw new PanelError('not_found', `${owner} is the mark of no service, so there is no customer`);
  return {
    mark: customerMark(installationId, mine.customer_id),
    others: rows.flatMap(({ service_id, product }) =>
      service_id === null || product === null ? [] : [{ serviceId: service_id, product }],
    ),
    domains: mine.domains,
  };
}

async function read(pool: Pool, serviceId: string, serverId: string): Promise<readonly Row[]> {
  try {
    return (await pool.query<Row>({ name: 'host-customer', text: othersQuery, values: [serviceId, serverId] })).rows;
  } catch (error) {
    throw new JournalTrouble('the services of a customer could not be read', { cause: error });
  }
}
