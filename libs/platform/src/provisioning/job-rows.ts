import type { HandOver, InputSource, Program, SiteSource } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { PoolClient } from 'pg';

/** A component of a service with the settings of its server, secrets sealed. */
export interface ComponentFacts {
  readonly name: string;
  readonly extension: string;
  readonly serverId: string;
  readonly serverSettings: JsonObject;
  readonly settings: JsonObject;
  readonly connections: Readonly<Record<string, string>>;
  readonly remoteId: string | null;
  readonly properties: JsonObject;
  /** Field → where its value comes from, as the product said when it was ordered. */
  readonly wiring: Readonly<Record<string, InputSource>>;
  /** Values of its wired fields by `order` and `product`, secrets sealed; null until it is made, and where nothing is wired. */
  readonly inputs: JsonObject | null;
  /** The site that it works for, as the product said when it was ordered. */
  readonly site: SiteSource | null;
  readonly handOver: HandOver;
}

/** As they stand. `settings` are with what is wired among them. */
export async function loadComponents(client: Pick<PoolClient, 'query'>, serviceId: string): Promise<readonly ComponentFacts[]> {
  const { rows } = await client.query<ComponentFacts>({
    name: 'components-of-service',
    text: `SELECT c.name, c.extension, c.server_id::text AS "serverId", s.settings AS "serverSettings", c.settings || coalesce(c.inputs -> 'product', '{}') AS settings, c.connections,
        c.remote_id AS "remoteId", c.properties, c.wiring, c.inputs, c.site, c.hand_over AS "handOver"
      FROM service_component c JOIN server s ON s.id = c.server_id WHERE c.service_id = $1 ORDER BY c.name`,
    values: [serviceId],
  });
  return rows;
}

/** Throws `conflict` when the component was never made, or not yet. */
export function requireThere({ name, remoteId }: Pick<ComponentFacts, 'name' | 'remoteId'>, serviceId: string): void {
  if (remoteId === null) throw new PanelError('conflict', `'${name}' of service ${serviceId} is not there`, { field: 'component' });
}

/** The id of a job that is about to be made: what it reserves names it. */
export async function nextJobId(client: Pick<PoolClient, 'query'>): Promise<string> {
  const { rows } = await client.query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('provisioning_job', 'id')) AS id`);
  return rows[0]!.id;
}

/** A job and the first line of its progress list. `due`: nothing of the service comes before it. */
export async function insertJob(
  client: PoolClient,
  job: {
    jobId: string;
    serviceId: string | null;
    operation: string;
    requestedBy: string;
    due: boolean;
    interactive?: boolean;
    /** The service is in use already. */
    handedOver?: boolean;
    /** Components of the service that the job leaves out. */
    without?: readonly string[];
    program: Program;
  },
): Promise<void> {
  const total = job.program.components.reduce((sum, one) => sum + one.steps.length, 0);
  await client.query({
    name: 'job-insert',
    text: `WITH j AS (
        INSERT INTO provisioning_job (id, service_id, operation, program, requested_by, interactive, handed_over, wake_at, event_count) OVERRIDING SYSTEM VALUE
        VALUES ($1, $2, $3, $4, $5, $9, $10, CASE WHEN $6 THEN now() END, 1) RETURNING id)
      INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message) SELECT id, 1, 'progress', 0, $7, 0, $8 FROM j`,
    values: [
      job.jobId,
      job.serviceId,
      job.operation,
      JSON.stringify(job.program),
      job.requestedBy,
      job.due,
      total,
      `${job.operation}: accepted${job.without?.length ? `, but for ${job.without.join(', ')}, which cannot` : ''}`,
      job.interactive ?? false,
      job.handedOver ?? false,
    ],
  });
}

/** The values that are no secret, sealed or not. */
export function withoutSecrets(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => typeof value !== 'object' || value === null || !('$secret' in value || '$sealed' in value),
    ),
  );
}
