import { DomainWaits, type DnsVerdict, type WaitingDomain } from '@hostwright/core';
import type { PoolClient } from 'pg';
import { inTransaction } from '../database/index.js';
import { JobMaking } from './job-making.js';
import { loadComponents } from './job-rows.js';
import { lockService, queueJob, type ServiceRecord } from './service-jobs.js';
import { unfinishedOf } from './unfinished-jobs.js';
import { queueRemoval, type DomainDeskPorts, type RemovableDomain } from './pg-domain-desk.js';

interface WaitingRow {
  readonly id: string;
  readonly name: string;
  readonly state: WaitingDomain['state'];
  readonly token: string;
  readonly addresses: readonly string[];
  readonly nameServers: readonly string[];
  readonly verifiedBy: WaitingDomain['verifiedBy'];
  readonly waitedMs: number;
}

interface RemovedRow extends RemovableDomain {
  readonly requestedBy: string;
}

/** The rows that wait for their DNS. */
export class PgDomainWaits extends DomainWaits {
  private readonly jobs: JobMaking;

  constructor(private readonly ports: DomainDeskPorts) {
    super();
    this.jobs = new JobMaking(ports);
  }

  async claim(limit: number): Promise<readonly WaitingDomain[]> {
    const { rows } = await this.ports.pool.query<WaitingRow>({
      name: 'domains-claim',
      text: `UPDATE domain d SET look_at = now() + interval '1 minute'
        FROM (SELECT id FROM domain WHERE look_at <= now() ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED) due WHERE d.id = due.id
        RETURNING d.id, d.name, d.state, d.token, d.addresses, d.name_servers AS "nameServers", d.verified_by AS "verifiedBy",
          (extract(epoch FROM now() - d.created_at) * 1000)::float8 AS "waitedMs"`,
      values: [limit],
    });
    return rows.map(({ addresses, nameServers, ...row }) => ({ ...row, target: { addresses, nameServers } }));
  }

  async keepWaiting(id: string, { verifiedBy, missing }: DnsVerdict, lookInMs: number, tell: boolean): Promise<void> {
    await this.wait(this.ports.pool, id, { verifiedBy, missing }, lookInMs, tell);
  }

  async begin(id: string, verdict: DnsVerdict): Promise<void> {
    const begun = await inTransaction(this.ports.pool, (client) => this.makeJob(client, id, verdict));
    if (begun) await this.ports.doorbell.ring('provisioning');
  }

  async beginRemoval(id: string): Promise<void> {
    const begun = await inTransaction(this.ports.pool, (client) => this.makeRemoval(client, id));
    if (begun) await this.ports.doorbell.ring('provisioning');
  }

  async giveUp(id: string, reason: string): Promise<void> {
    await this.ports.pool.query(
      `WITH gone AS (
         UPDATE domain SET state = 'gone', gone_at = now(), failure = $2, missing = NULL, look_at = NULL WHERE id = $1 AND look_at IS NOT NULL
         RETURNING id, service_id)
       INSERT INTO outbox (topic, payload) SELECT 'domain.given_up', ${aboutDomain} FROM gone`,
      [id, reason],
    );
  }

  private async makeRemoval(client: PoolClient, id: string): Promise<boolean> {
    const service = await lockServiceOf(client, id);
    const { rows } = await client.query<RemovedRow>(
      `SELECT id, component, name, zone, requested_by AS "requestedBy" FROM domain WHERE id = $1 AND state = 'removing' AND look_at IS NOT NULL FOR UPDATE`,
      [id],
    );
    const [domain] = rows;
    if (!domain) return false;
    const before = await unfinishedOf(client, service.id);
    // The end of the service takes its domains along.
    const ends = before.some(({ operation }) => operation === 'terminate');
    const jobId = ends ? null : await queueRemoval(client, this.jobs, { service, before, domain, requestedBy: domain.requestedBy });
    await client.query(`UPDATE domain SET look_at = NULL, remove_job_id = coalesce($2, remove_job_id) WHERE id = $1`, [id, jobId]);
    return jobId !== null;
  }

  private async makeJob(client: PoolClient, id: string, verdict: DnsVerdict): Promise<boolean> {
    const service = await lockServiceOf(client, id);
    const { rows } = await client.query<{ component: string; name: string; requested_by: string }>(
      `SELECT component, name, requested_by FROM domain WHERE id = $1 AND look_at IS NOT NULL FOR UPDATE`,
      [id],
    );
    const [domain] = rows;
    if (!domain) return false;
    const before = await unfinishedOf(client, service.id);
    if (service.state !== 'active' || before.some(({ operation }) => operation === 'terminate')) {
      await this.wait(client, id, { verifiedBy: verdict.verifiedBy, missing: `the service is ${service.state}` }, serviceLookMs);
      return false;
    }
    const components = (await loadComponents(client, service.id)).filter(({ name }) => name === domain.component);
    const jobId = await queueJob(client, this.jobs, service, before, {
      operation: 'addDomain',
      requestedBy: domain.requested_by,
      components: components.map((facts) => ({ ...facts, domain: { name: domain.name, zone: verdict.zone } })),
      domainId: id,
    });
    await client.query(
      `UPDATE domain SET add_job_id = $2, zone = $3, verified_by = coalesce(verified_by, $4), verified_at = coalesce(verified_at, now()), missing = NULL, look_at = NULL WHERE id = $1`,
      [id, jobId, verdict.zone, verdict.verifiedBy],
    );
    return true;
  }

  private async wait(
    db: Pick<PoolClient, 'query'>,
    id: string,
    { verifiedBy, missing }: Pick<DnsVerdict, 'verifiedBy' | 'missing'>,
    lookInMs: number,
    tell = false,
  ): Promise<void> {
    await db.query({
      name: 'domain-waits',
      text: `WITH before AS (SELECT id, told_at FROM domain WHERE id = $1 AND look_at IS NOT NULL FOR UPDATE), waits AS (
          UPDATE domain d SET missing = $3, verified_by = coalesce(verified_by, $2), verified_at = coalesce(verified_at, CASE WHEN $2::text IS NOT NULL THEN now() END),
            look_at = now() + $4 * interval '1 millisecond', told_at = coalesce(d.told_at, CASE WHEN $5 THEN now() END)
          FROM before b WHERE d.id = b.id RETURNING d.id, d.service_id, $5 AND b.told_at IS NULL AS told)
        INSERT INTO outbox (topic, payload) SELECT 'domain.waits', ${aboutDomain} FROM waits WHERE told`,
      values: [id, verifiedBy, missing, lookInMs, tell],
    });
  }
}

/** The service before the domain, as everybody takes them. */
async function lockServiceOf(client: PoolClient, domainId: string): Promise<ServiceRecord> {
  const { rows } = await client.query<{ service_id: string }>(`SELECT service_id FROM domain WHERE id = $1`, [domainId]);
  return lockService(client, rows[0]!.service_id);
}

const aboutDomain = `jsonb_build_object('domainId', id::text, 'serviceId', service_id::text)`;

/** Until it is looked at again whether the service is active. */
const serviceLookMs = 60_000;
