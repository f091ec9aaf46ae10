import {
  componentOf,
  desiredState,
  holdsSecret,
  isOver,
  OperatorDesk,
  type Doorbell,
  type GivenUp,
  type JobState,
  type Sealer,
} from '@hostwright/core';
import { PanelError, type Json, type JsonObject } from '@hostwright/sdk';
import type { Pool, PoolClient } from 'pg';
import type { PgProvisioningDesk } from './pg-provisioning-desk.js';
import { inTransaction } from '../database/index.js';

interface JobRecord {
  id: string;
  service_id: string | null;
  operation: string;
  state: JobState;
  phase: string;
  /** The service is in use. */
  handed_over: boolean;
  given_up: Readonly<Record<string, GivenUp>>;
}

/** Nobody comes to the parts of another module's operation again once that is done. */
const notPartOfDone = `NOT EXISTS (SELECT 1 FROM provisioning_step d WHERE d.job_id = $1 AND d.state = 'done' AND starts_with(provisioning_step.key, d.key || ' / '))`;

const componentOfStep = `split_part(provisioning_step.key, ' / ', 1)`;

/** Without what was kept for a person to mend: that goes on. */
const givenUpStill = `(SELECT coalesce(jsonb_object_agg(g.key, g.value), '{}') FROM jsonb_each(given_up) g WHERE NOT g.value ? 'kept')`;

/** Components whose steps are being undone while the others go on. */
function undone(givenUp: JobRecord['given_up']): string[] {
  return Object.keys(givenUp).filter((name) => !givenUp[name]!.kept);
}

/** What staff decide about jobs that need a person; each decision is one transaction, its audit line included. */
export class PgOperatorDesk extends OperatorDesk {
  constructor(
    private readonly pool: Pool,
    private readonly desk: PgProvisioningDesk,
    private readonly sealer: Sealer,
    private readonly doorbell: Doorbell,
  ) {
    super();
  }

  async retry(jobId: string, actor: string): Promise<string> {
    const anew = await this.decide(jobId, 'job.retry', actor, {}, async (client, job) => {
      if (job.operation === 'create' && job.service_id !== null && (job.state === 'failed' || (job.handed_over && isOver(job.state))))
        return job.service_id;
      needsPerson(job);
      // Steps that failed are taken up again; those whose call may have been made are looked for first.
      await client.query(
        `UPDATE provisioning_step SET state = 'parked', attempts = 0, error = NULL, wake_at = NULL, trouble_since = NULL, finish_number = NULL, waiting_since = NULL, started_at = now()
         WHERE job_id = $1 AND ($2 <> 'undoing') AND ${componentOfStep} <> ALL ($3) AND ${notPartOfDone} AND (state IN ('failed', 'dropped') OR key IN (SELECT step_key FROM operator_task WHERE job_id = $1 AND state = 'open' AND kind = 'decide') AND state = 'intended')`,
        [job.id, job.phase, undone(job.given_up)],
      );
      await client.query(
        `UPDATE provisioning_step SET attempts = 0, wake_at = NULL, trouble_since = NULL, waiting_since = CASE WHEN state = 'waiting' THEN now() END WHERE job_id = $1 AND state IN ('intended', 'waiting', 'undoing')`,
        [job.id],
      );
      await client.query(
        `UPDATE provisioning_job SET fence = fence + 1, wake_at = now(), failure = CASE WHEN phase IN ('forward', 'settling') THEN NULL ELSE failure END,
           state = CASE WHEN phase = 'undoing' THEN 'rolling_back' ELSE 'waiting' END, phase = CASE WHEN phase = 'settling' THEN 'forward' ELSE phase END, given_up = ${givenUpStill} WHERE id = $1`,
        [job.id],
      );
      await closeTasks(client, job.id, actor, 'retried');
      return undefined;
    });
    if (anew === undefined) return jobId;
    const next = await this.desk.createAnew(anew, actor);
    await this.pool.query(
      `UPDATE operator_task SET state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = 'retried as job ' || $3
       WHERE job_id = $1 AND state = 'open' AND kind <> 'not_undone'`,
      [jobId, actor, next],
    );
    return next;
  }

  async skip(jobId: string, stepKey: string, output: JsonObject | null, actor: string): Promise<void> {
    await this.decide(jobId, 'job.skip', actor, { stepKey }, async (client, job) => {
      needsPerson(job);
      const undoing = job.phase === 'undoing' || job.phase === 'looking' || undone(job.given_up).includes(componentOf(stepKey));
      const { rowCount } = await client.query(
        `UPDATE provisioning_step SET state = $3, output = coalesce($4::jsonb, output), error = NULL, unknown = CASE WHEN $3 = 'undone' THEN false ELSE unknown END, wake_at = NULL, trouble_since = NULL,
           finished_at = now(), finish_number = coalesce(finish_number, (SELECT coalesce(max(finish_number), 0) + 1 FROM provisioning_step WHERE job_id = $1))
         WHERE job_id = $1 AND key = $2 AND state NOT IN ('done', 'skipped', 'undone')`,
        [job.id, stepKey, undoing ? 'undone' : 'done', output === null ? null : JSON.stringify(output)],
      );
      if (rowCount !== 1) throw new PanelError('conflict', `job ${jobId} has no step '${stepKey}' that is open`, { field: 'stepKey' });
      await client.query(
        `UPDATE provisioning_step SET state = 'parked', attempts = 0, error = NULL, wake_at = NULL, finish_number = NULL WHERE job_id = $1 AND $2 IN ('forward', 'settling') AND state IN ('failed', 'dropped') AND ${notPartOfDone} AND NOT starts_with(key, $3 || ' / ') AND ${componentOfStep} <> ALL ($4)`,
        [job.id, job.phase, stepKey, undone(job.given_up)],
      );
      // With an operation of another module its parts are skipped; nobody will come to them again.
      await client.query(
        `UPDATE provisioning_step SET state = 'dropped', wake_at = NULL, wait_for = NULL, trouble_since = NULL, finished_at = now(),
           finish_number = (SELECT max(finish_number) FROM provisioning_step WHERE job_id = $1)
         WHERE job_id = $1 AND starts_with(key, $2 || ' / ') AND state IN ('parked', 'intended', 'waiting')`,
        [job.id, stepKey],
      );
      await client.query(
        `UPDATE provisioning_job SET fence = fence + 1, wake_at = now(), failure = CASE WHEN phase IN ('forward', 'settling') THEN NULL ELSE failure END,
           state = CASE WHEN phase = 'undoing' THEN 'rolling_back' ELSE 'waiting' END, phase = CASE WHEN phase = 'settling' THEN 'forward' ELSE phase END, given_up = ${givenUpStill} WHERE id = $1`,
        [job.id],
      );
      await closeTasks(client, job.id, actor, `step '${stepKey}' skipped`, [stepKey]);
    });
  }

  async rollBack(jobId: string, actor: string): Promise<void> {
    await this.decide(jobId, 'job.roll_back', actor, {}, async (client, job) => {
      if (!['pending', 'in_progress', 'waiting', 'needs_operator'].includes(job.state))
        throw new PanelError('conflict', `job ${jobId} is ${job.state}, so it cannot be rolled back`);
      // The service would be said to be there, with parts of it gone.
      if (job.operation === 'terminate' && job.state !== 'pending')
        throw new PanelError('conflict', `job ${jobId} removes the service; what is gone cannot be brought back`);
      await client.query(
        `UPDATE provisioning_job SET stop_requested_at = coalesce(stop_requested_at, now()),
           failure = CASE WHEN state = 'needs_operator' AND phase IN ('forward', 'settling') THEN '{"code": "stopped", "message": "rolled back by staff"}'::jsonb ELSE failure END,
           wake_at = CASE WHEN worker_id IS NULL THEN now() ELSE wake_at END,
           phase = CASE WHEN state = 'needs_operator' AND phase = 'forward' THEN 'settling' ELSE phase END,
           state = CASE WHEN state <> 'needs_operator' THEN state WHEN phase = 'undoing' THEN 'rolling_back' ELSE 'waiting' END WHERE id = $1`,
        [job.id],
      );
      await closeTasks(client, job.id, actor, 'rolled back');
    });
  }

  async startOver(jobId: string, actor: string): Promise<void> {
    await this.decide(jobId, 'job.start_over', actor, {}, async (client, job) => {
      // As after a provider's definite no: what was done is undone, and the order is not cancelled by it.
      const { rowCount } = await client.query(
        `UPDATE provisioning_job SET fence = fence + 1, wake_at = now(), state = 'waiting', phase = 'settling', failure = failure || '{"code": "rejected"}'
         WHERE id = $1 AND operation = 'create' AND state = 'needs_operator' AND phase IN ('forward', 'settling') AND failure ->> 'code' = 'not_owned'`,
        [job.id],
      );
      if (rowCount !== 1)
        throw new PanelError('conflict', `job ${jobId} is no create that met what is somebody else's, so it cannot be started over`);
      await closeTasks(client, job.id, actor, 'started over');
    });
  }

  async markResolved(jobId: string, resolution: string, actor: string): Promise<void> {
    await this.decide(jobId, 'job.mark_resolved', actor, { resolution }, async (client, job) => {
      if (job.state !== 'needs_operator' && job.state !== 'failed' && job.phase !== 'looking')
        throw new PanelError('conflict', `job ${jobId} is ${job.state}, so there is nothing to resolve`);
      // What was to go is gone, the person says; and what is in use was made.
      const ended = job.operation === 'terminate' || job.operation === 'removeDomain' || job.handed_over;
      await client.query(
        `UPDATE provisioning_job SET fence = fence + 1, worker_id = NULL, wake_at = NULL, phase = 'ended', state = CASE WHEN state <> 'needs_operator' THEN state WHEN $2 THEN 'completed' ELSE 'failed' END,
           finished_at = coalesce(finished_at, now()) WHERE id = $1`,
        [job.id, ended],
      );
      await client.query(
        `UPDATE provisioning_step SET state = 'dropped', wake_at = NULL, wait_for = NULL, finished_at = now() WHERE job_id = $1 AND state IN ('parked', 'intended', 'waiting', 'undoing')`,
        [job.id],
      );
      await client.query(
        `WITH j AS (
           UPDATE provisioning_job SET event_count = 1 + greatest(event_count, (SELECT max(number) FROM provisioning_event WHERE job_id = $1))
           WHERE id = $1 RETURNING id, event_count)
         INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message)
         SELECT j.id, j.event_count, CASE WHEN $2 THEN 'complete' ELSE 'error' END, coalesce(e.step, 0), coalesce(e.total, 0), CASE WHEN $2 THEN 100 ELSE coalesce(e.percentage, 0) END, 'ended by staff'
         FROM j LEFT JOIN LATERAL (SELECT step, total, percentage FROM provisioning_event WHERE job_id = j.id ORDER BY number DESC LIMIT 1) e ON true`,
        [job.id, ended],
      );
      await this.wipeSecrets(client, job.id);
      // What had been rolled back before holds nothing any more.
      if (job.state !== 'needs_operator' && (job.handed_over || job.state !== 'completed'))
        await client.query(
          `UPDATE reservation SET free_at = now() + interval '24 hours' WHERE job_id = $1 AND free_at IS NULL
             AND (NOT $2 OR component = ANY ($3) OR EXISTS (SELECT 1 FROM service s WHERE s.id = $4 AND s.state = 'terminated'))`,
          [job.id, job.handed_over, Object.keys(job.given_up), job.service_id],
        );
      await endDomains(client, job, ended, resolution);
      if (!ended) await giveUp(client, job);
      if (job.operation === 'terminate' && job.service_id !== null) {
        await client.query(`UPDATE service SET state = 'terminated', state_since = now() WHERE id = $1`, [job.service_id]);
        await client.query(`UPDATE reservation SET free_at = now() + interval '24 hours' WHERE service_id = $1 AND free_at IS NULL`, [
          job.service_id,
        ]);
      }
      await client.query(
        `UPDATE provisioning_job SET wake_at = now() WHERE id = (SELECT min(id) FROM provisioning_job WHERE service_id = $1 AND state = 'pending')`,
        [job.service_id],
      );
      await closeTasks(client, job.id, actor, resolution, 'all');
    });
  }

  /** The job has ended, so its secrets go. */
  private async wipeSecrets(client: PoolClient, jobId: string): Promise<void> {
    const wiped = (value: Json | null): string | null => (value === null ? null : JSON.stringify(this.sealer.wipe(value)));
    const { rows: jobs } = await client.query<{ program: Json }>(`SELECT program FROM provisioning_job WHERE id = $1`, [jobId]);
    for (const { program } of jobs.filter((one) => holdsSecret(one.program)))
      await client.query(`UPDATE provisioning_job SET program = $2 WHERE id = $1`, [jobId, wiped(program)]);
    const { rows: steps } = await client.query<{ key: string; output: Json | null; task: Json | null }>(
      `SELECT key, output, task FROM provisioning_step WHERE job_id = $1`,
      [jobId],
    );
    for (const { key, output, task } of steps.filter((one) => holdsSecret(one.output ?? undefined) || holdsSecret(one.task ?? undefined)))
      await client.query(`UPDATE provisioning_step SET output = $3, task = $4 WHERE job_id = $1 AND key = $2`, [
        jobId,
        key,
        wiped(output),
        wiped(task),
      ]);
  }

  private async decide<T>(
    jobId: string,
    action: string,
    actor: string,
    details: JsonObject,
    act: (client: PoolClient, job: JobRecord) => Promise<T>,
  ): Promise<T> {
    if (!/^\d{1,18}$/.test(jobId)) throw new PanelError('not_found', `there is no job ${jobId}`);
    const result = await inTransaction(this.pool, async (client) => {
      // The service before the job, as everybody takes them.
      await client.query(`SELECT 1 FROM service WHERE id = (SELECT service_id FROM provisioning_job WHERE id = $1) FOR NO KEY UPDATE`, [
        jobId,
      ]);
      const { rows } = await client.query<JobRecord>(
        `SELECT id, service_id, operation, state, phase, handed_over, given_up FROM provisioning_job WHERE id = $1 FOR UPDATE`,
        [jobId],
      );
      if (!rows[0]) throw new PanelError('not_found', `there is no job ${jobId}`);
      const answer = await act(client, rows[0]);
      await client.query(`INSERT INTO audit (actor, action, subject, details) VALUES ($1, $2, $3, $4)`, [
        actor,
        action,
        `job/${jobId}`,
        JSON.stringify(details),
      ]);
      return answer;
    });
    await this.doorbell.ring('provisioning');
    return result;
  }
}

/** As when the job had ended by itself. */
async function endDomains(
  client: PoolClient,
  { id, operation, service_id, state }: JobRecord,
  completed: boolean,
  reason: string,
): Promise<void> {
  // One that is over has said already what became of its domain.
  if (state !== 'needs_operator' || (operation !== 'addDomain' && !completed)) return;
  await client.query(
    `UPDATE domain SET state = 'gone', gone_at = now(), failure = CASE WHEN $3 THEN NULL ELSE 'ended by staff: ' || $4 END, missing = NULL, look_at = NULL
     WHERE service_id = $1 AND state <> 'gone' AND CASE WHEN $5 = 'terminate' THEN true ELSE $2 IN (add_job_id, remove_job_id) END`,
    [service_id, id, completed, reason, operation],
  );
}

/** As when the job had ended by itself without success: the service is meant to stay as it is. */
async function giveUp(client: PoolClient, { operation, service_id, state }: JobRecord): Promise<void> {
  const desired = desiredState(operation);
  // One that is over has done so already; since then the same may have been asked for anew.
  if (state !== 'needs_operator' || desired === null) return;
  await client.query(`UPDATE service SET desired_state = state WHERE id = $1 AND desired_state = $2 AND state IN ('active', 'suspended')`, [
    service_id,
    desired,
  ]);
}

function needsPerson(job: JobRecord): void {
  if (job.state !== 'needs_operator')
    throw new PanelError('conflict', `job ${job.id} is ${job.state}; only a job that needs a person can be decided about`);
}

/** What stays of a step although it is undone, such as a charge, is seen to by its own task: `seenTo` are the steps of which it was. */
async function closeTasks(
  client: PoolClient,
  jobId: string,
  actor: string,
  resolution: string,
  seenTo: readonly string[] | 'all' = [],
): Promise<void> {
  await client.query(
    `UPDATE operator_task t SET state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = $3 WHERE t.job_id = $1 AND t.state = 'open'
       AND ($4 OR t.step_key = ANY ($5) OR t.kind <> 'not_undone'
         OR NOT EXISTS (SELECT 1 FROM provisioning_step s WHERE s.job_id = t.job_id AND s.key = t.step_key AND s.state = 'undone'))`,
    [jobId, actor, resolution, seenTo === 'all', seenTo === 'all' ? [] : seenTo],
  );
}
