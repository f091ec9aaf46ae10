import type { Pool } from 'pg';
import { copy, type Tables } from './tables.js';

/** What there is, without what differs between two databases that mean the same: ids are counted anew, times are minutes from now. */
export type Dump = Readonly<Record<string, readonly unknown[]>>;

const minute = 60_000;

/** Ids of jobs by their order. */
class Renumbering {
  private readonly places = new Map<string, number>();

  constructor(ids: readonly (string | number)[]) {
    for (const id of ids) this.places.set(String(id), this.places.size + 1);
  }
  of(id: string | number | null): number | null {
    return id === null ? null : (this.places.get(String(id)) ?? -1);
  }
}

function secretIn(program: object): string {
  const text = JSON.stringify(program);
  return text.includes('$sealed') ? 'sealed' : text.includes('$wiped') ? 'wiped' : 'none';
}

function fromNow(now: number, at: number | null): number | string | null {
  if (at === null) return null;
  return at <= now + 1_000 ? 'due' : Math.round((at - now) / minute);
}

function since(now: number, at: number | null): number | null {
  return at === null ? null : Math.round((now - at) / minute);
}

export function dumpMemory(tables: Tables): Dump {
  const now = tables.clock();
  const jobs = new Renumbering([...tables.jobs.keys()]);
  const services = new Renumbering([...tables.services.keys()]);
  return copy({
    jobs: [...tables.jobs.values()].map((job) => ({
      ...job,
      id: jobs.of(job.id),
      serviceId: services.of(job.serviceId),
      workerId: job.workerId !== null,
      wakeAt: fromNow(now, job.wakeAt),
      stopRequestedAt: job.stopRequestedAt !== null,
      finishedAt: job.finishedAt !== null,
      program: secretIn(job.program),
      interactive: undefined,
    })),
    steps: [...tables.steps.values()]
      .flatMap((steps) => [...steps.values()])
      .map((step) => ({
        ...step,
        jobId: jobs.of(step.jobId),
        wakeAt: fromNow(now, step.wakeAt),
        troubleSince: since(now, step.troubleSince),
        startedAt: since(now, step.startedAt),
        waitingSince: since(now, step.waitingSince),
        finishedAt: step.finishedAt !== null,
      }))
      .sort(byJobAndKey),
    events: tables.events
      .map((event) => ({ ...event, jobId: jobs.of(event.jobId) }))
      .sort((a, b) => a.jobId! - b.jobId! || a.number - b.number),
    operatorTasks: tables.operatorTasks
      .map(({ jobId, kind, stepKey, title, state }) => ({ jobId: jobs.of(jobId), kind, stepKey, title, state }))
      .sort(byText),
    services: [...tables.services.values()].map(({ state, desiredState }) => ({ state, desiredState })),
    components: tables.components.map(({ remoteId, properties, inputs }) => ({ remoteId, properties, inputs })),
    reservations: tables.reservations.map((one) => ({ jobId: jobs.of(one.jobId), freeAt: fromNow(now, one.freeAt) })),
    slots: tables.slots
      .map(({ serverId, name, slot, jobId, stepKey }) => ({ serverId, name, slot, jobId: jobs.of(jobId), stepKey }))
      .sort(byText),
    outbox: tables.outbox.map(({ topic }) => topic).sort(),
  });
}

export async function dumpPostgres(pool: Pool): Promise<Dump> {
  const rows = async <Row extends object>(text: string): Promise<Row[]> => (await pool.query<Row>(text)).rows;
  const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::float8`;
  const now = (await rows<{ now: number }>(`SELECT ${ms('now()')} AS now`))[0]!.now;
  const jobs = await rows<{ id: string; serviceId: string; wakeAt: number | null; program: object }>(
    `SELECT id, service_id AS "serviceId", operation, state, phase, program, fence, worker_id IS NOT NULL AS "workerId", ${ms('wake_at')} AS "wakeAt",
       stop_requested_at IS NOT NULL AS "stopRequestedAt", failure, result, look_again_count AS "lookAgainCount", event_count AS "eventCount", finished_at IS NOT NULL AS "finishedAt",
       handed_over AS "handedOver", given_up AS "givenUp"
     FROM provisioning_job ORDER BY id`,
  );
  const services = await rows<{ id: string; state: string; desiredState: string }>(
    `SELECT id, state, desired_state AS "desiredState" FROM service ORDER BY id`,
  );
  const job = new Renumbering(jobs.map((one) => one.id));
  const service = new Renumbering(services.map((one) => one.id));
  const steps = await rows<
    { jobId: string; wakeAt: number | null; key: string } & Record<'troubleSince' | 'startedAt' | 'waitingSince', number | null>
  >(
    `SELECT job_id AS "jobId", key, position, state, server_id AS "serverId", claim, task, output, error, attempts, polls, unknown, finish_number AS "finishNumber", ${ms('wake_at')} AS "wakeAt",
       wait_for AS "waitFor", ${ms('trouble_since')} AS "troubleSince", ${ms('started_at')} AS "startedAt", ${ms('waiting_since')} AS "waitingSince", finished_at IS NOT NULL AS "finishedAt" FROM provisioning_step`,
  );
  const events = await rows<{ jobId: string; number: number }>(
    `SELECT job_id AS "jobId", number, type, step_key AS "stepKey", step, total, percentage, message FROM provisioning_event ORDER BY job_id, number`,
  );
  const tasks = await rows<{ jobId: string }>(`SELECT job_id AS "jobId", kind, step_key AS "stepKey", title, state FROM operator_task`);
  const reservations = await rows<{ jobId: string; freeAt: number | null }>(
    `SELECT job_id AS "jobId", ${ms('free_at')} AS "freeAt" FROM reservation ORDER BY id`,
  );
  const slots = await rows<{ jobId: string | null }>(
    `SELECT server_id AS "serverId", name, slot, job_id AS "jobId", step_key AS "stepKey" FROM permit_slot`,
  );
  return copy({
    jobs: jobs.map((one) => ({
      ...one,
      id: job.of(one.id),
      serviceId: service.of(one.serviceId),
      wakeAt: fromNow(now, one.wakeAt),
      program: secretIn(one.program),
    })),
    steps: steps
      .map((one) => ({
        ...one,
        jobId: job.of(one.jobId),
        wakeAt: fromNow(now, one.wakeAt),
        troubleSince: since(now, one.troubleSince),
        startedAt: since(now, one.startedAt),
        waitingSince: since(now, one.waitingSince),
      }))
      .sort(byJobAndKey),
    events: events.map((one) => ({ ...one, jobId: job.of(one.jobId) })),
    operatorTasks: tasks.map((one) => ({ ...one, jobId: job.of(one.jobId) })).sort(byText),
    services: services.map(({ state, desiredState }) => ({ state, desiredState })),
    components: await rows(`SELECT remote_id AS "remoteId", properties, inputs FROM service_component ORDER BY service_id, name`),
    reservations: reservations.map((one) => ({ jobId: job.of(one.jobId), freeAt: fromNow(now, one.freeAt) })),
    slots: slots.map((one) => ({ ...one, jobId: job.of(one.jobId) })).sort(byText),
    outbox: (await rows<{ topic: string }>(`SELECT topic FROM outbox`)).map(({ topic }) => topic).sort(),
  });
}

function byJobAndKey(a: { jobId: number | null; key: string }, b: { jobId: number | null; key: string }): number {
  return a.jobId! - b.jobId! || (a.key < b.key ? -1 : 1);
}

function byText(a: object, b: object): number {
  const text = (one: object): string => JSON.stringify(Object.entries(one).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) < text(b) ? -1 : 1;
}
