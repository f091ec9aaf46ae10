import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPool } from '@hostwright/platform';
import { eventually } from './counting-loop.js';
import { grantApiKey } from './support/api-key.js';
import { Stage } from './support/stage.js';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboard = JSON.parse(readFileSync(join(__dirname, '../../../config/grafana/hostwright.json'), 'utf8')) as {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[] };
  readonly panels: readonly Panel[];
};

/** One scrape: values by name and labels, and the names that Prometheus will know. */
class Scrape {
  readonly values: ReadonlyMap<string, number>;
  readonly names = new Set<string>();

  constructor(text: string) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.values = new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
    for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      for (const part of parts) this.names.add(`${name}${part}`);
    }
  }

  /** The sum of all series of a name whose labels contain these. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return [...this.values]
      .filter(([series]) => series.split('{')[0] === name && wanted.every((one) => series.includes(one)))
      .reduce((total, [, value]) => total + value, 0);
  }
}

describe('metrics of an installation', () => {
  jest.setTimeout(120_000);
  const key = `hwk_${'p'.repeat(12)}_${'s'.repeat(40)}`;
  let stage: Stage;
  let url: string;
  let worker: ChildProcess;
  let serviceId: string;

  beforeAll(async () => {
    // A lease that is not lost on a machine that is busy with other things: what is lost is counted.
    stage = await Stage.open({ speed: 0.005, leaseMs: 5_000 });
    await grantApiKey(stage.db.pool, key, ['metrics:read']);
    [url, worker] = await Promise.all([stage.startApi(), stage.startWorker()]);
  });
  afterAll(() => stage?.close());

  const scrape = async (): Promise<Scrape> => {
    // As long as a scrape is shared among several scrapers.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(200);
    return new Scrape(await response.text());
  };

  it('are for those who may read them', async () => {
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key.replace('s', 't')}` } })).status).toBe(401);
  });

  it('tell of a job that a worker did, all of it once the worker has stopped', async () => {
    const placed = await stage.order();
    ({ serviceId } = placed);
    await stage.until(placed.jobId, ['completed']);
    worker.kill('SIGTERM');
    await once(worker, 'exit');
    const now = await scrape();
    expect(now.values.get('hostwright_jobs{state="completed"}')).toBe(1);
    const completed = { operation: 'create', outcome: 'completed' };
    expect(now.sum('hostwright_jobs_ended_total')).toBe(1);
    expect(now.sum('hostwright_jobs_ended_total', completed)).toBe(1);
    expect(now.sum('hostwright_job_seconds_count', completed)).toBe(1);
    expect(now.sum('hostwright_job_seconds_bucket', { ...completed, le: '+Inf' })).toBe(1);
    expect(now.sum('hostwright_job_wait_seconds_count', { operation: 'create' })).toBe(1);
    const { rows } = await stage.db.pool.query<{ seconds: number }>(
      `SELECT extract(epoch FROM finished_at - created_at)::float8 AS seconds FROM provisioning_job WHERE id = $1`,
      [placed.jobId],
    );
    expect(now.sum('hostwright_job_seconds_sum', completed)).toBeCloseTo(rows[0]!.seconds, 5);
    // Every step but those that are other modules' operations, whose own steps are told of.
    const { rows: steps } = await stage.db.pool.query<{ done: number }>(
      `SELECT count(*)::int AS done FROM provisioning_step s WHERE job_id = $1 AND state = 'done'
         AND NOT EXISTS (SELECT 1 FROM provisioning_step part WHERE part.job_id = s.job_id AND starts_with(part.key, s.key || ' / '))`,
      [placed.jobId],
    );
    expect(now.sum('hostwright_step_seconds_count', { outcome: 'done' })).toBe(steps[0]!.done);
    for (const extension of stage.extensions) {
      expect(now.sum('hostwright_step_seconds_count', { extension, outcome: 'done' })).toBeGreaterThan(0);
      expect(now.sum('hostwright_step_seconds_sum', { extension })).toBeGreaterThan(0);
    }
    expect(now.sum('hostwright_turns_total', { outcome: 'completed' })).toBe(1);
    expect(now.sum('hostwright_sweep_seconds_count')).toBeGreaterThan(0);
    const written = now.sum('hostwright_journal_writes_total');
    expect(written).toBeGreaterThanOrEqual(steps[0]!.done);
    expect(now.sum('hostwright_journal_statements_total')).toBeLessThanOrEqual(written);
    expect(now.sum('hostwright_workers')).toBe(0);
    expect(now.sum('hostwright_workers_reclaimed_total')).toBe(0);
    expect(now.sum('hostwright_database_up')).toBe(1);
  });

  it('go on where they were when another worker goes on, and count one that was killed', async () => {
    worker = await stage.startWorker();
    const { jobId } = await stage.terminate(serviceId);
    await stage.until(jobId, ['completed']);
    await eventually(
      async () => (await scrape()).sum('hostwright_jobs_ended_total', { operation: 'terminate', outcome: 'completed' }) === 1,
    );
    worker.kill('SIGKILL');
    await stage.startWorker();
    await eventually(async () => (await scrape()).sum('hostwright_workers_reclaimed_total') === 1);
    const now = await scrape();
    expect(now.sum('hostwright_jobs_ended_total')).toBe(2);
    expect(now.sum('hostwright_workers')).toBe(1);
  });

  it('hold no secret, and no text that a customer gave', async () => {
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    const text = await response.text();
    for (const secret of stage.secrets()) expect(text).not.toContain(secret.slice(0, 200).trim());
    expect(text).not.toContain('customer@');
  });

  describe('on the dashboard', () => {
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');

    it('are all really there', async () => {
      const { names } = await scrape();
      const queries = [
        ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
        ...dashboard.templating.list.map(({ query }) => JSON.stringify(query)),
      ];
      const asked = new Set(queries.flatMap((query) => query.match(/\b(?:hostwright|process|nodejs)_\w+/g) ?? []));
      expect(asked.size).toBeGreaterThan(30);
      expect([...asked].filter((name) => !names.has(name))).toEqual([]);
    });

    it('have panels that say what they show, in which unit', () => {
      expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
        'Jobs',
        'Steps',
        'Providers',
        'Workers and sweeps',
        'Queues',
        'Reconciliation',
      ]);
      for (const { title, description, fieldConfig, targets } of panels) {
        expect([title, description, fieldConfig?.defaults.unit]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
        expect(targets?.length).toBeGreaterThan(0);
      }
      const ids = dashboard.panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    });
  });

  it('are answered while the database is away, and say so', async () => {
    const name = new URL(stage.db.connectionString).pathname.slice(1);
    const elsewhere = new URL(stage.db.connectionString);
    elsewhere.pathname = 'postgres';
    const admin = createPool({ connectionString: elsewhere.href, name: 'test', max: 1, log: { warn: () => undefined } });
    try {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [name]);
      const away = await scrape();
      expect(away.values.get('hostwright_database_up')).toBe(0);
      expect(away.sum('process_resident_memory_bytes', { process: 'api' })).toBeGreaterThan(0);
      expect([...away.values.keys()].filter((series) => series.startsWith('hostwright_jobs'))).toEqual([]);
      expect((await fetch(`${url}/metrics`)).status).toBe(401);
    } finally {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await admin.end();
    }
    await eventually(async () => (await scrape()).values.get('hostwright_database_up') === 1);
    expect((await scrape()).sum('hostwright_jobs_ended_total')).toBe(2);
  });
});
