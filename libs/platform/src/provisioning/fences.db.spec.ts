import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JournalTrouble, LeaseLost, type Job, type JobTurn, type StepEntry } from '@hostwright/core';
import { fields, operation, secret } from '@hostwright/sdk';
import type { Pool } from 'pg';
import { PgJournal } from './pg-journal.js';
import { ServerGate } from './server-gate.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { ExtensionModulesFixture } from './testing/extension-modules-fixture.js';
import { Things } from './testing/things.js';

describe('the journal, when two workers take a job for theirs', () => {
  let engine: EngineFixture;
  let journal: PgJournal;
  let workerId: string;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    journal = new PgJournal(engine.pool);
    workerId = await journal.register('test', 60_000);
  });
  afterAll(() => engine.end());

  const claimed = async (): Promise<Job> => {
    await engine.job('create', { steps: ['a'] });
    const [job] = await journal.claim(workerId, 1);
    return job!;
  };
  const entry = (job: Job, fence: number, output: string, key = 'site / a'): StepEntry => ({
    jobId: job.id,
    fence,
    step: {
      key,
      position: 1,
      state: 'done',
      serverId: null,
      claim: null,
      task: null,
      output,
      error: null,
      attempts: 0,
      polls: 0,
      unknown: false,
      finishNumber: 1,
      wakeInMs: null,
      waitFor: null,
      trouble: false,
    },
    event: { number: 1, type: 'progress', stepKey: key, step: 1, total: 1, percentage: 0, message: output },
    failure: null,
    isNew: true,
    operatorTask: null,
  });
  const turn = (job: Job, fence: number, state: 'waiting' | 'failed'): JobTurn => ({
    jobId: job.id,
    fence,
    serviceId: job.serviceId,
    state,
    phase: state === 'failed' ? 'ended' : 'forward',
    wakeInMs: 3_600_000,
    release: true,
    event: { number: 1, type: 'progress', stepKey: null, step: 0, total: 1, percentage: 0, message: state },
    eventCount: 1,
  });

  it.each([
    ['first', true],
    ['last', false],
  ])('writes only the step of the one who holds it, in one batch, the other coming %s', async (_, staleFirst) => {
    const job = await claimed();
    const wanted = [entry(job, job.fence - 1, 'stale'), entry(job, job.fence, 'valid')];
    const [stale, valid] = await Promise.allSettled((staleFirst ? wanted : wanted.reverse()).map((one) => journal.writeStep(one))).then(
      (ends) => (staleFirst ? ends : ends.reverse()),
    );
    expect(stale).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLost) });
    expect(valid).toMatchObject({ status: 'fulfilled' });
    const view = await engine.view(job.id);
    expect(view.steps['site / a']!.output).toBe('valid');
    expect(view.events).toEqual(['progress valid 0']);
  });

  it('writes nothing of the other, not even steps of another name', async () => {
    const job = await claimed();
    await Promise.allSettled([
      journal.writeStep(entry(job, job.fence - 1, 'stale', 'site / b')),
      journal.writeStep(entry(job, job.fence, 'valid')),
    ]);
    expect(Object.keys((await engine.view(job.id)).steps)).toEqual(['site / a']);
  });

  it.each([
    ['first', true],
    ['last', false],
  ])('ends only the turn of the one who holds it, in one batch, the other coming %s', async (_, staleFirst) => {
    const job = await claimed();
    const wanted = [turn(job, job.fence - 1, 'failed'), turn(job, job.fence, 'waiting')];
    const ends = await Promise.allSettled((staleFirst ? wanted : wanted.reverse()).map((one) => journal.writeTurn(one)));
    const [stale, valid] = staleFirst ? ends : ends.reverse();
    expect(stale).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLost) });
    expect(valid).toMatchObject({ status: 'fulfilled' });
    expect(await engine.view(job.id)).toMatchObject({ state: 'waiting', phase: 'forward', events: ['progress waiting 0'] });
  });

  it('makes a write wait for a take-over that is about to be committed, and refuses it then', async () => {
    const job = await claimed();
    const other = await engine.pool.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE provisioning_job SET fence = fence + 1 WHERE id = $1`, [job.id]);
    const write = Promise.allSettled([journal.writeStep(entry(job, job.fence, 'stale'))]).then(([end]) => end);
    await engine.when(async () => {
      const { rows } = await engine.pool.query(
        `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`,
      );
      return rows.length === 1;
    }, 'the write waits for the take-over');
    await other.query('COMMIT');
    other.release();
    expect(await write).toMatchObject({ status: 'rejected', reason: expect.any(LeaseLost) });
    expect(await engine.view(job.id)).toMatchObject({ steps: {}, events: [] });
  });

  it("numbers a job's lines from 1, whatever others write, and takes a line that is written twice for one", async () => {
    const [one, another] = [await claimed(), await claimed()];
    const line = (job: Job, number: number, output: string): StepEntry => {
      const written = entry(job, job.fence, output);
      return { ...written, event: { ...written.event!, number } };
    };
    await Promise.all([journal.writeStep(line(one, 1, 'a')), journal.writeStep(line(another, 1, 'b'))]);
    await journal.writeStep(line(one, 2, 'c'));
    await journal.writeStep(line(one, 2, 'c'));
    const numbers = async (job: Job): Promise<number[]> =>
      (
        await engine.pool.query<{ number: number }>(`SELECT number FROM provisioning_event WHERE job_id = $1 ORDER BY number`, [job.id])
      ).rows.map((row) => row.number);
    expect([await numbers(one), await numbers(another)]).toEqual([[1, 2], [1]]);
  });

  it('writes what comes twice at once one after the other, and takes nothing for written that is not there', async () => {
    const job = await claimed();
    const first = entry(job, job.fence, 'first');
    const again: StepEntry = { ...entry(job, job.fence, 'then'), isNew: false, event: null };
    await Promise.all([journal.writeStep(first), journal.writeStep(again)]);
    expect((await engine.view(job.id)).steps).toMatchObject({ 'site / a': { output: 'then' } });
    const lost = { ...again, step: { ...again.step, key: 'site / gone' } };
    await expect(journal.writeStep(lost)).rejects.toBeInstanceOf(LeaseLost);
    expect(Object.keys((await engine.view(job.id)).steps)).toEqual(['site / a']);
  });

  it('keeps each of many jobs to itself when all are written at once', async () => {
    const jobs = [await claimed(), await claimed(), await claimed()];
    const ends = await Promise.allSettled(
      jobs.flatMap((job, index) => [
        journal.writeStep(entry(job, job.fence, `of ${index}`)),
        journal.writeStep(entry(job, job.fence - 1, 'stale', 'site / b')),
      ]),
    );
    expect(ends.map((end) => end.status === 'fulfilled')).toEqual([true, false, true, false, true, false]);
    for (const [index, job] of jobs.entries())
      expect((await engine.view(job.id)).steps).toMatchObject({ 'site / a': { output: `of ${index}` } });
  });
});

describe('a database that does not answer', () => {
  let engine: EngineFixture;
  let things: Things;
  const away = { query: () => Promise.reject(new Error('terminating connection due to administrator command')) } as unknown as Pool;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    things = new Things();
  });

  it('makes the gate in front of a server say that the call was not made', async () => {
    await expect(new ServerGate(away, () => Date.now(), 1).pass('1', { requests: 10, perSeconds: 1 })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('keeps a module from being opened, without blaming the extension', async () => {
    await expect(new ExtensionModulesFixture(away).open()).rejects.toBeInstanceOf(JournalTrouble);
  });

  it.each(['provisioning', 'dns'])('while a %s module is opened, nobody is asked: the job goes on when it answers again', async (kind) => {
    let bad = 2;
    engine.beforeOpen = (ref) => {
      if (ref.kind === kind && bad-- > 0) throw new JournalTrouble('the servers could not be read');
    };
    engine.modules = {
      dns: things.names(),
      provisioning: {
        create: operation({
          steps: ['publish DNS'],
          async run({ step, ctx }) {
            await step('publish DNS', ctx.dns.ensureRecord({ name: 'x.example.com', type: 'A', content: '192.0.2.1', ttl: 300 }));
            return { remoteId: 'r' };
          },
        }),
      },
    };
    const job = await engine.until(await engine.job(), 'completed', 'needs_operator');
    expect(job).toMatchObject({ state: 'completed', tasks: [] });
    expect(things.count('create')).toBe(1);
  });
});

describe('what create leaves on a service', () => {
  let engine: EngineFixture;
  const properties = fields({ name: { type: 'text', label: 'Name' }, password: { type: 'secret', label: 'Password' } });

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => engine.reset());

  const leaves = async (left: object) => {
    engine.properties = properties;
    engine.modules = { provisioning: { create: operation({ steps: [], run: async () => ({ remoteId: 'r', ...left }) }) } };
    return engine.until(await engine.job(), 'completed', 'needs_operator');
  };

  it.each([
    ['a secret that is not marked', { name: 'n', password: 'pa55word!' }],
    ['a property that is not declared', { name: 'n', password: { ...secret('pa55word!') }, note: 'x' }],
    ['a secret in a property that everybody reads', { name: { ...secret('pa55word!') }, password: { ...secret('pa55word!') } }],
  ])('is refused, and kept nowhere in plain text, when there is %s', async (_, left) => {
    const job = await leaves(left);
    expect(job).toMatchObject({ state: 'needs_operator', tasks: ['bug'], service: 'pending' });
    const { rows } = await engine.pool.query(`SELECT properties FROM service_component WHERE service_id = $1`, [job.serviceId]);
    expect(rows).toEqual([{ properties: {} }]);
    expect(JSON.stringify(job)).not.toContain('pa55word!');
  });

  it('is taken as it was declared, secrets sealed', async () => {
    const job = await leaves({ name: 'n', password: { ...secret('pa55word!') } });
    expect(job.state).toBe('completed');
    const { rows } = await engine.pool.query(`SELECT properties FROM service_component WHERE service_id = $1`, [job.serviceId]);
    expect(rows).toEqual([{ properties: { name: 'n', password: { $sealed: '!drow55ap' } } }]);
  });

  it('is held against what the extension declares, wherever it is loaded from', async () => {
    const module = await new ExtensionModulesFixture(engine.pool, properties).open(engine.serverId);
    expect(module.checkProperties({ name: 'n', password: { ...secret('p') } })).toEqual({ name: 'n', password: { $secret: 'p' } });
    for (const left of [{ name: 'n', password: 'p' }, { name: 'n' }, { name: 'n', password: { ...secret('p') }, more: 1 }])
      expect(() => module.checkProperties(left)).toThrow(/did not declare/);
  });
});
