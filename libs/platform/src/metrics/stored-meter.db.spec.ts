import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Queryable } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { StoredMeter } from './index.js';
import { installationMetrics } from './installation-metrics.js';

let db: TestDatabase;
let warned: string[];
let meters: StoredMeter[];
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  warned = [];
  meters = [];
  await db.pool.query('TRUNCATE engine_count, engine_count_source');
});
afterEach(() => Promise.all(meters.map((meter) => meter.stop())));

const log = { warn: (line: string) => void warned.push(line) };
function aMeter(through: Queryable = db.pool, everyMs = 60_000): StoredMeter {
  const meter = new StoredMeter({ db: through, log, everyMs });
  meters.push(meter);
  return meter;
}
const scrape = async (): Promise<string[]> => (await installationMetrics({ db: db.pool, log }).text()).split('\n');

const step = { extension: 'examplevps', name: 'clone machine' };

/** The database as a process sees it: `breaks` says what becomes of a statement. */
class ShakyDatabase implements Queryable {
  breaks: 'never' | 'before' | 'after' = 'never';
  readonly query: Queryable['query'] = async (text, values) => {
    if (this.breaks === 'before') throw new Error('the connection was refused');
    const answer = await db.pool.query<never>(text, values as unknown[]);
    if (this.breaks === 'after') throw new Error('the connection was reset');
    return answer;
  };
}

describe('what workers count', () => {
  it('is one histogram of all of them', async () => {
    const [one, two] = [aMeter(), aMeter()];
    one.stepEnded({ ...step, outcome: 'done', seconds: 0.1 });
    one.stepEnded({ ...step, outcome: 'done', seconds: 2 });
    two.stepEnded({ ...step, outcome: 'done', seconds: 2.5 });
    two.stepEnded({ ...step, outcome: 'rejected', seconds: 9_999 });
    await Promise.all([one.flush(), two.flush()]);
    const lines = await scrape();
    expect(lines).toContain('# TYPE hostwright_step_seconds histogram');
    const series = (le: string, outcome = 'done'): string =>
      `hostwright_step_seconds_bucket{le="${le}",step="clone machine",outcome="${outcome}",extension="examplevps"}`;
    for (const line of [
      `${series('0.05')} 0`,
      `${series('0.2')} 1`,
      `${series('1')} 1`,
      `${series('3')} 3`,
      `${series('3600')} 3`,
      `${series('+Inf')} 3`,
      'hostwright_step_seconds_sum{step="clone machine",outcome="done",extension="examplevps"} 4.6',
      'hostwright_step_seconds_count{step="clone machine",outcome="done",extension="examplevps"} 3',
      `${series('3600', 'rejected')} 0`,
      `${series('+Inf', 'rejected')} 1`,
    ])
      expect(lines).toContain(line);
  });

  it('adds up when many flush at once, in whatever order they counted', async () => {
    const many = Array.from({ length: 6 }, () => aMeter());
    const outcomes = Array.from({ length: 400 }, (_, index) => `outcome ${index}`);
    for (let round = 0; round < 10; round += 1) {
      for (const [index, meter] of many.entries())
        for (const outcome of index % 2 ? outcomes : [...outcomes].reverse()) meter.turnEnded(outcome);
      await Promise.all(many.map((meter) => meter.flush()));
    }
    const { rows } = await db.pool.query(`SELECT DISTINCT value FROM engine_count WHERE name = 'hostwright_turns_total'`);
    expect(rows).toEqual([{ value: 60 }]);
  });

  it('tells of a job when it was asked for and taken up, by the times in the tables', async () => {
    const { rows } = await db.pool.query<{ id: string }>(`
      INSERT INTO provisioning_job (operation, state, program, requested_by, created_at, started_at, finished_at)
      VALUES ('create', 'completed', '{}', 'test', now() - interval '100 seconds', now() - interval '98 seconds', now()) RETURNING id`);
    const meter = aMeter();
    meter.jobEnded({ id: rows[0]!.id, operation: 'create', outcome: 'completed' });
    meter.jobEnded({ id: '999999', operation: 'create', outcome: 'failed' }); // removed meanwhile: counted, not measured
    await meter.flush();
    const lines = await scrape();
    for (const line of [
      'hostwright_jobs_ended_total{outcome="completed",operation="create"} 1',
      'hostwright_jobs_ended_total{outcome="failed",operation="create"} 1',
      'hostwright_job_seconds_bucket{le="60",outcome="completed",operation="create"} 0',
      'hostwright_job_seconds_bucket{le="180",outcome="completed",operation="create"} 1',
      'hostwright_job_seconds_sum{outcome="completed",operation="create"} 100',
      'hostwright_job_wait_seconds_sum{operation="create"} 2',
    ])
      expect(lines).toContain(line);
  });

  it('is kept while the database is away, at one line, and arrives with the next flush', async () => {
    const shaky = new ShakyDatabase();
    const meter = aMeter(shaky, 5);
    meter.start();
    shaky.breaks = 'before';
    meter.leaseLost();
    meter.jobEnded({ id: '1', operation: 'create', outcome: 'completed' });
    while (warned.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    meter.leaseLost();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(warned).toHaveLength(1);
    shaky.breaks = 'never';
    await meter.stop();
    expect(await scrape()).toEqual(
      expect.arrayContaining(['hostwright_leases_lost_total 2', 'hostwright_jobs_ended_total{outcome="completed",operation="create"} 1']),
    );
  });

  it('is added once when the database took it and could not say so', async () => {
    const shaky = new ShakyDatabase();
    const meter = aMeter(shaky);
    meter.swept(3, 0.01);
    shaky.breaks = 'after';
    await expect(meter.flush()).rejects.toThrow('reset');
    await expect(meter.flush()).rejects.toThrow('reset');
    shaky.breaks = 'never';
    meter.swept(4, 0.01);
    await meter.stop();
    expect(await scrape()).toEqual(expect.arrayContaining(['hostwright_swept_jobs_total 7', 'hostwright_sweep_seconds_count 2']));
  });

  it('is all there after the worker has stopped, also what was told during a flush', async () => {
    const meter = aMeter();
    meter.turnEnded('park');
    const flushing = meter.flush();
    await Promise.resolve();
    meter.turnEnded('park');
    meter.journalWritten(12);
    await Promise.all([flushing, meter.stop()]);
    expect(await scrape()).toEqual(
      expect.arrayContaining([
        'hostwright_turns_total{outcome="park"} 2',
        'hostwright_journal_statements_total 1',
        'hostwright_journal_writes_total 12',
      ]),
    );
    expect(warned).toEqual([]);
  });

  it('says so when a worker stops and what it counted last cannot be stored', async () => {
    const shaky = new ShakyDatabase();
    const meter = aMeter(shaky);
    shaky.breaks = 'before';
    meter.leaseLost();
    await meter.stop();
    expect(warned).toHaveLength(2);
    expect(warned[1]).toContain('is lost');
    shaky.breaks = 'never';
  });

  it('does not keep a worker from stopping when the database hangs', async () => {
    const meter = new StoredMeter({ db: { query: () => new Promise<never>(() => undefined) }, log });
    meter.leaseLost();
    await meter.stop();
    expect(warned).toHaveLength(1);
  });

  it('is not held up by a label that cannot be stored', async () => {
    const meter = aMeter();
    meter.turnEnded('a\0b');
    await expect(meter.flush()).rejects.toThrow();
    meter.turnEnded('park');
    await meter.flush();
    expect(await scrape()).toContain('hostwright_turns_total{outcome="park"} 1');
  });

  it('does not fill the tables, whatever names come', async () => {
    const meter = aMeter();
    for (let index = 0; index < 1_500; index += 1) meter.stepRetried({ extension: 'examplevps', name: `step ${index}` });
    await meter.flush();
    const { rows } = await db.pool.query(`SELECT count(*)::int AS count, sum(value) AS sum FROM engine_count`);
    expect(rows).toEqual([{ count: 1_001, sum: 1_500 }]);
    expect(await scrape()).toContain('hostwright_step_retries_total{step="other",extension="other"} 500');
  });
});
