import { ownerMark, orphanTask, RepairDesk, repairOf, stands, type Finding, type PersonsTask, type Repair } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import { inTransaction, openedTask } from '../database/index.js';
import { recordAudit } from '../stores/index.js';
import { formerComponent } from './former-things.js';
import { JobMaking } from './job-making.js';
import { nextJobId } from './job-rows.js';
import type { DeskPorts, PgProvisioningDesk } from './pg-provisioning-desk.js';

type FindingRow = Pick<
  Finding,
  'id' | 'kind' | 'aspect' | 'serviceId' | 'component' | 'remoteId' | 'serverId' | 'repairJobId' | 'repairTaskId'
> & {
  readonly resolved: boolean;
  readonly serverName: string;
  /** Of the repair that was asked for before. */
  readonly open: boolean;
  readonly succeeded: boolean;
  readonly seenSince: boolean;
};

/** Read when it is held: what another caller has just begun is seen only by a statement that comes after that. */
const held = `
  SELECT f.id, f.kind, f.aspect, f.service_id AS "serviceId", f.component, f.remote_id AS "remoteId", f.server_id AS "serverId",
    f.resolved_at IS NOT NULL AS resolved, s.name AS "serverName", f.repair_job_id AS "repairJobId", f.repair_task_id AS "repairTaskId",
    coalesce(j.state NOT IN ('completed', 'failed', 'cancelled', 'superseded'), o.state = 'open', false) AS open,
    coalesce(j.state = 'completed', o.state = 'resolved', false) AS succeeded,
    coalesce(f.last_seen_at > coalesce(j.finished_at, o.resolved_at), false) AS "seenSince"
  FROM reconciliation_finding f JOIN server s ON s.id = f.server_id
  LEFT JOIN provisioning_job j ON j.id = f.repair_job_id LEFT JOIN operator_task o ON o.id = f.repair_task_id
  WHERE f.id = $1`;

/** Repairs, each with its finding, its audit line and its job or task in one transaction. Nothing is asked of a provider here. */
export class PgRepairDesk extends RepairDesk {
  private readonly jobs: JobMaking;

  constructor(
    private readonly ports: Omit<DeskPorts, 'modules'>,
    private readonly desk: PgProvisioningDesk,
  ) {
    super();
    this.jobs = new JobMaking(ports);
  }

  override async repair(findingId: string, confirm: string | undefined, actor: string): Promise<Repair> {
    if (!/^\d{1,18}$/.test(findingId)) throw new PanelError('not_found', `there is no finding ${findingId}`);
    const repair = await inTransaction(this.ports.pool, (client) => this.begin(client, findingId, confirm, actor));
    if (repair.created && repair.jobId !== null) await this.ports.doorbell.ring('provisioning');
    return repair;
  }

  private async begin(client: PoolClient, findingId: string, confirm: string | undefined, actor: string): Promise<Repair> {
    await client.query(`SELECT 1 FROM reconciliation_finding WHERE id = $1 FOR UPDATE`, [findingId]);
    const { rows } = await client.query<FindingRow>(held, [findingId]);
    const finding = rows[0];
    if (!finding) throw new PanelError('not_found', `there is no finding ${findingId}`);
    if (confirm === undefined ? finding.kind === 'orphan' : confirm !== finding.remoteId)
      throw new PanelError('invalid_input', 'confirm must be the remote id of what the finding is about', { field: 'confirm' });
    if (finding.resolved) throw new PanelError('conflict', `finding ${findingId} is no longer so`);
    if ((finding.repairJobId ?? finding.repairTaskId) !== null && stands(finding))
      return { findingId, jobId: finding.repairJobId, taskId: finding.repairTaskId, created: false };
    const begun = await this.act(client, finding, actor);
    await client.query(
      `UPDATE reconciliation_finding SET repair_job_id = $2, repair_task_id = $3, repaired_by = $4, repaired_at = now() WHERE id = $1`,
      [findingId, begun.jobId, begun.taskId, actor],
    );
    const { kind, aspect, serverId, serviceId, remoteId } = finding;
    await recordAudit(client, {
      actor,
      action: 'finding.repaired',
      subject: `finding:${findingId}`,
      details: { kind, aspect, serverId, serviceId, remoteId, ...begun },
    });
    return { findingId, ...begun, created: true };
  }

  private async act(client: PoolClient, finding: FindingRow, actor: string): Promise<Pick<Repair, 'jobId' | 'taskId'>> {
    const { serviceId, serverName } = finding;
    const plan = repairOf(finding, serverName);
    if (plan.kind === 'task') return { jobId: null, taskId: await openTask(client, serviceId, plan) };
    if (plan.kind === 'operation') {
      const { jobId } = await this.desk.requestAgain(client, serviceId, plan, actor);
      return { jobId, taskId: null };
    }
    const jobId = await this.remove(client, finding, actor);
    if (jobId !== undefined) return { jobId, taskId: null };
    const told = orphanTask(finding, serverName, ownerMark(this.ports.installationId, serviceId));
    return { jobId: null, taskId: await openTask(client, serviceId, told) };
  }

  /**
   * A job that takes down what an ended service left. It is no service's, and bears the mark of the one that is over: what bears another by
   * then is not touched. Undefined: too little is on record for that.
   */
  private async remove(client: PoolClient, finding: FindingRow, actor: string): Promise<string | undefined> {
    const former = await formerComponent(client, finding);
    if (!former) return undefined;
    const jobId = await nextJobId(client);
    await this.jobs.insert(client, {
      jobId,
      serviceId: null,
      formerServiceId: finding.serviceId,
      operation: 'terminate',
      requestedBy: actor,
      due: true,
      order: former.order,
      components: [former.component],
      taken: new Map(),
    });
    return jobId;
  }
}

/** The service a mark names need not be there. */
async function openTask(client: PoolClient, serviceId: string, { title, detail }: PersonsTask): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `WITH t AS (
       INSERT INTO operator_task (service_id, kind, title, detail) VALUES ((SELECT id FROM service WHERE id = $1), 'reconcile', $2, $3)
       RETURNING id, job_id, service_id, title, detail),
     told AS (INSERT INTO outbox (topic, payload) SELECT 'operator_task.opened', ${openedTask('t')} FROM t)
     SELECT id FROM t`,
    [serviceId, title, detail],
  );
  return rows[0]!.id;
}
