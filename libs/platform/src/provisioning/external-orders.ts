import type { PlacedOrder, PlaceOrder } from '@hostwright/core';
import { PanelError, type Json, type JsonObject } from '@hostwright/sdk';
import type { PoolClient } from 'pg';

interface OrderedService {
  readonly id: string;
  readonly state: string;
  /** Of the product that was ordered; null when that is gone. */
  readonly code: string | null;
  readonly order_values: JsonObject;
  readonly parent_id: string | null;
}

/** What an order with the same external id had made. Throws `conflict` when that was another order, or has ended; a reusable id is then free. */
export async function findExternal(
  client: PoolClient,
  external: NonNullable<PlaceOrder['external']>,
  product: { readonly code: string },
  values: JsonObject,
  parentId: string | null,
): Promise<PlacedOrder | undefined> {
  const { rows } = await client.query<OrderedService>({
    name: 'desk-external',
    text: `SELECT s.id, s.state, s.order_values, s.parent_id, p.code FROM service s LEFT JOIN product p ON p.id = s.ordered_product_id WHERE s.external_source = $1 AND s.external_id = $2`,
    values: [external.source, external.id],
  });
  const service = rows[0];
  if (!service) return undefined;
  const called = `'${external.id}'`;
  const ended = service.state === 'terminated' || service.state === 'cancelled';
  if (ended && external.reusable) {
    await client.query({
      name: 'desk-external-again',
      text: `UPDATE service SET external_source = NULL, external_id = NULL WHERE id = $1 AND state IN ('terminated', 'cancelled')`,
      values: [service.id],
    });
    return undefined;
  }
  if (ended) throw new PanelError('conflict', `service ${called} has ended; order it under another id`);
  if (service.code !== product.code || service.parent_id !== parentId || !sameValues(service.order_values, values))
    throw new PanelError('conflict', `service ${called} was ordered before with other values`);
  const { rows: jobs } = await client.query<{ id: string; state: string }>({
    name: 'desk-create-job',
    text: `SELECT id, state FROM provisioning_job WHERE service_id = $1 AND operation = 'create' ORDER BY id DESC LIMIT 1`,
    values: [service.id],
  });
  const job = jobs[0]!;
  if (service.state === 'pending' && (job.state === 'failed' || job.state === 'cancelled'))
    throw new PanelError('conflict', `setting up service ${called} failed; our staff have been told and will see to it`);
  const { rows: held } = await client.query<{ component: string; name: string; value: string; number: string | null; pool: string }>({
    name: 'desk-held',
    text: `SELECT component, name, value, number, pool FROM reservation WHERE job_id = $1 ORDER BY id`,
    values: [job.id],
  });
  const reserved: Record<string, Record<string, Json>> = {};
  for (const row of held)
    (reserved[row.component] ??= {})[row.name] = row.number !== null && row.value === row.number ? Number(row.number) : row.value;
  return { serviceId: service.id, jobId: job.id, created: false, reserved };
}

function sameValues(a: JsonObject, b: JsonObject): boolean {
  const canonical = (value: JsonObject): string => JSON.stringify(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
  return canonical(a) === canonical(b);
}
