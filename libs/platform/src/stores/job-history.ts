import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import {
  isOver,
  JobHistory,
  jobStates,
  pageOf,
  type EventCursor,
  type JobDetails,
  type JobOutcome,
  type JobEventView,
  type JobFilter,
  type JobNews,
  type JobState,
  type JobStepView,
  type JobSummary,
  type Page,
  type PageOf,
  type Program,
} from '@hostwright/core';
import { notFound } from './constraints.js';

const summary = `j.id, j.service_id AS "serviceId", j.operation, j.state, j.phase, j.requested_by AS "requestedBy",
  coalesce((SELECT e.percentage FROM provisioning_event e WHERE e.job_id = j.id ORDER BY e.number DESC LIMIT 1), 0) AS percentage,
  j.failure, j.created_at AS "createdAt", j.started_at AS "startedAt", j.finished_at AS "finishedAt",
  j.stop_requested_at AS "stopRequestedAt", j.wake_at AS "wakeAt"`;

const event = `e.number, e.at, e.type, e.step_key AS "stepKey", e.step, e.total, e.percentage, e.message`;

const owned = `($2::bigint IS NULL OR EXISTS (SELECT 1 FROM service s WHERE s.id = j.service_id AND s.customer_id = $2))`;

const over = jobStates.filter(isOver);
const eventsShown = 1_000;
const eventsAtOnce = 200;

interface NewsRow extends JobEventView {
  readonly cursor: number;
  readonly state: JobState;
  readonly eventCount: number;
}

@Injectable()
export class PostgresJobHistory extends JobHistory {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  async list({ limit, after }: Page, { state, operation, serviceId }: JobFilter, ownedBy?: string): Promise<PageOf<JobSummary>> {
    const { rows } = await this.pool.query<JobSummary>(
      `SELECT ${summary} FROM provisioning_job j
       WHERE ($2::bigint IS NULL OR j.id < $2) AND ($3::text IS NULL OR j.state = $3) AND ($4::text IS NULL OR j.operation = $4)
         AND ($5::bigint IS NULL OR j.service_id = $5)
         AND ($6::bigint IS NULL OR EXISTS (SELECT 1 FROM service s WHERE s.id = j.service_id AND s.customer_id = $6))
       ORDER BY j.id DESC LIMIT $1`,
      [limit + 1, after ?? null, state ?? null, operation ?? null, serviceId ?? null, ownedBy ?? null],
    );
    return pageOf(rows, limit);
  }

  async get(id: string, ownedBy?: string): Promise<JobDetails> {
    const found = await this.pool.query<JobSummary & { program: Program; result: JobDetails['result'] }>({
      name: 'job_by_id',
      text: `SELECT ${summary}, j.program, j.result FROM provisioning_job j WHERE j.id = $1 AND ${owned}`,
      values: [id, ownedBy ?? null],
    });
    if (!found.rows[0]) throw notFound('job', id);
    const { program, ...job } = found.rows[0];
    const steps = await this.pool.query<JobStepView>({
      name: 'job_steps',
      text: `SELECT key, position, state, server_id AS "serverId", claim, output, error - 'setting' AS error, attempts, polls, "unknown", wait_for AS "waitFor",
        wake_at AS "wakeAt", started_at AS "startedAt", finished_at AS "finishedAt"
        FROM provisioning_step WHERE job_id = $1 ORDER BY position, started_at, key`,
      values: [id],
    });
    const events = await this.pool.query<JobEventView>({
      name: 'job_events',
      text: `SELECT * FROM (SELECT ${event} FROM provisioning_event e WHERE e.job_id = $1 ORDER BY e.number DESC LIMIT ${eventsShown}) last ORDER BY number`,
      values: [id],
    });
    const components = program.components.map(({ name, extension, version, serverId, steps: plan }) => ({
      name,
      extension,
      version,
      serverId,
      steps: plan,
    }));
    return { ...job, components, steps: steps.rows, events: events.rows };
  }

  async outcome(id: string): Promise<JobOutcome> {
    const { rows } = await this.pool.query<JobOutcome>({
      name: 'job_outcome',
      text: `SELECT state, failure, result FROM provisioning_job WHERE id = $1`,
      values: [id],
    });
    if (!rows[0]) throw notFound('job', id);
    return rows[0];
  }

  async mustExist(id: string, ownedBy?: string): Promise<void> {
    const { rowCount } = await this.pool.query(`SELECT 1 FROM provisioning_job j WHERE j.id = $1 AND ${owned}`, [id, ownedBy ?? null]);
    if (!rowCount) throw notFound('job', id);
  }

  async news(cursors: readonly EventCursor[]): Promise<readonly JobNews[]> {
    const { rows } = await this.pool.query<NewsRow>({
      name: 'job_news',
      text: `SELECT c.cursor::int AS cursor, j.state, j.event_count AS "eventCount", ${event}
        FROM unnest($1::bigint[], $2::int[]) WITH ORDINALITY AS c (job_id, after, cursor)
        JOIN provisioning_job j ON j.id = c.job_id
        LEFT JOIN LATERAL (SELECT * FROM provisioning_event e WHERE e.job_id = c.job_id AND e.number > c.after
          ORDER BY e.number LIMIT ${eventsAtOnce}) e ON true
        WHERE e.number IS NOT NULL OR j.state = ANY ($3::text[])
        ORDER BY c.cursor, e.number`,
      values: [cursors.map(({ jobId }) => jobId), cursors.map(({ after }) => after), over],
    });
    const news = new Map<number, { cursor: number; events: JobEventView[]; over: boolean }>();
    for (const { cursor, state, eventCount, ...line } of rows) {
      const index = cursor - 1;
      const entry = news.get(index) ?? { cursor: index, events: [], over: false };
      news.set(index, entry);
      if (line.number !== null) entry.events.push(line);
      // A listener may also claim to have more than there is, or ask for events that retention took.
      const reached = line.number ?? cursors[index]?.after ?? 0;
      entry.over = isOver(state) && (line.number === null || reached >= eventCount);
    }
    return [...news.values()].filter((entry) => entry.events.length > 0 || entry.over);
  }
}
