import { setTimeout as sleep } from 'node:timers/promises';
import { createPool, PgJournal } from '@hostwright/platform';
import type { Pool } from 'pg';
import { parkJobs } from '../engine/index.js';
import { median, meterCpu, residentKib } from '../measure/index.js';
import { startApp } from '../processes/index.js';
import type { Sample } from '../report/index.js';
import type { Bench, Row } from './bench.js';

const few = 10_000;
const many = 110_000;
const day = 86_400;

async function parkedDatabase(bench: Bench, name: string, count: number, wakeInSeconds: number): Promise<{ url: string; pool: Pool }> {
  const url = await bench.panelDatabase(name);
  const pool = createPool({ connectionString: url, name, max: 2, log: { warn: () => undefined } });
  const { rows } = await pool.query<{ there: number }>('SELECT count(*)::int AS there FROM provisioning_job');
  if (rows[0]!.there === 0) await parkJobs(pool, count, wakeInSeconds);
  return { url, pool };
}

/** Memory of the worker application, started anew over the jobs and left alone for a few sweeps. */
async function workerKib(url: string, processes: Record<string, number>): Promise<Sample> {
  const worker = await startApp('worker', url);
  try {
    await sleep(4_000);
    const stop = meterCpu({ ...processes, worker: worker.pid });
    const readings: number[] = [];
    for (let at = 0; at < 12; at += 1) {
      await sleep(500);
      readings.push(residentKib(worker.pid));
    }
    return { value: median(readings), cpu: stop() };
  } finally {
    await worker.stop();
  }
}

/** The worker application itself, as it is in production; nobody asks it to collect its garbage. */
export const memoryParked: Row = {
  name: 'memory-parked',
  about: `worker memory of a parked job: RSS restarted over ${many} of them less the same over ${few}, ÷ ${many - few}`,
  async run(bench) {
    const small = await parkedDatabase(bench, 'parked_few', few, day);
    const large = await parkedDatabase(bench, 'parked_many', many, day);
    const processes = await bench.processes();
    try {
      await bench.compare(
        {
          row: this.name,
          of: this.about,
          unit: 'KiB',
          against: `the worker over ${few}`,
          goal: { better: 'less', must: 0.5, aim: 0.1 },
          figure: (ours, floor) => (ours - floor) / (many - few),
        },
        { floor: () => workerKib(small.url, processes), ours: () => workerKib(large.url, processes) },
      );
      bench.report(
        {
          row: 'bytes-parked',
          of: 'database bytes of a parked job and its step, indexes included',
          unit: 'B',
          goal: { better: 'less', must: 1024, aim: 400 },
        },
        [{ ours: { value: ((await bytesOf(large.pool)) - (await bytesOf(small.pool))) / (many - few) }, floor: undefined }],
      );
    } finally {
      await small.pool.end();
      await large.pool.end();
    }
  },
};

async function bytesOf(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    `SELECT pg_total_relation_size('provisioning_job') + pg_total_relation_size('provisioning_step') AS bytes`,
  );
  return Number(rows[0]!.bytes);
}

const backlog = 20_000;
const batch = 200;

/** Claimed with their journals, not run. */
async function wakeAll(pool: Pool): Promise<Sample> {
  const journal = new PgJournal(pool);
  await pool.query(`UPDATE provisioning_job SET state = 'waiting', worker_id = NULL, wake_at = now()`);
  await pool.query('VACUUM ANALYZE provisioning_job');
  const worker = await journal.register('bench', 60_000);
  const stop = meterCpu();
  const begun = performance.now();
  let woken = 0;
  for (;;) {
    const jobs = await journal.claim(worker, batch);
    if (jobs.length === 0) break;
    await journal.load(jobs.map(({ id }) => id));
    woken += jobs.length;
  }
  const seconds = (performance.now() - begun) / 1000;
  if (woken !== backlog) throw new Error(`${woken} of ${backlog} were claimed`);
  return { value: woken / seconds, cpu: stop() };
}

/** The least that it could be: one row each, taken by one statement a batch. */
async function wakeRows(pool: Pool): Promise<Sample> {
  await pool.query(`DROP TABLE IF EXISTS wait;
    CREATE TABLE wait (id bigint PRIMARY KEY, state text NOT NULL, wake_at timestamptz NOT NULL, data jsonb NOT NULL);
    CREATE INDEX ON wait (wake_at) WHERE state = 'waiting';
    INSERT INTO wait SELECT i, 'waiting', now(), jsonb_build_object('service', 'srv_' || i, 'server', 'node-7') FROM generate_series(1, ${backlog}) i;`);
  await pool.query('VACUUM ANALYZE wait');
  const stop = meterCpu();
  const begun = performance.now();
  let woken = 0;
  for (;;) {
    const { rowCount } = await pool.query({
      name: 'floor-wake',
      text: `UPDATE wait SET state = 'ready' WHERE id IN (SELECT id FROM wait WHERE state = 'waiting' AND wake_at <= now() ORDER BY wake_at LIMIT ${batch}
        FOR UPDATE SKIP LOCKED) RETURNING id, data`,
    });
    if (!rowCount) break;
    woken += rowCount;
  }
  return { value: woken / ((performance.now() - begun) / 1000), cpu: stop() };
}

export const wakeUps: Row = {
  name: 'wake-ups',
  about: `wake-ups of a backlog of ${backlog} due jobs in batches of ${batch}: claimed, their journals read, not run`,
  async run(bench) {
    const { pool } = await parkedDatabase(bench, 'due', backlog, 0);
    try {
      await bench.compare(
        {
          row: this.name,
          of: this.about,
          unit: 'jobs/s',
          against: 'rows with a time, in the same batches',
          goal: { better: 'more', must: 0.1, aim: 0.3 },
        },
        { floor: () => wakeRows(pool), ours: () => wakeAll(pool) },
      );
    } finally {
      await pool.end();
    }
  },
};
