import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { absent, done, failed, operation, PanelError, pending } from '@hostwright/sdk';
import { EngineFixture, FakeSealer } from './testing/engine-fixture.js';
import { PgOperatorDesk } from './pg-operator-desk.js';
import { PgProvisioningDesk } from './pg-provisioning-desk.js';
import { PgJournal } from './pg-journal.js';
import { PgPermits } from './pg-permits.js';

const sleep = (ms: number) => new Promise<void>((r) => setTimeout(r, ms));
const lost = () => new PanelError('unknown_outcome', 'no answer');
const out = (name: string, value: unknown) => process.stderr.write(`\n### ${name}: ${JSON.stringify(value)}\n`);

describe('review', () => {
  let engine: EngineFixture;
  let desk: PgProvisioningDesk;
  let ops: PgOperatorDesk;
  const bell = { ring: async () => undefined } as never;
  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
    desk = new PgProvisioningDesk({
      pool: engine.pool,
      extensions: { find: () => ({ version: '1.0.0', extension: { provisioning: engine.modules['provisioning'] } }) } as never,
      modules: {} as never, settings: {} as never, sealer: new FakeSealer(), doorbell: bell, installationId: 'test', randomInteger: () => 1,
    });
    ops = new PgOperatorDesk(engine.pool, desk, bell);
  });
  afterAll(() => engine.end());
  beforeEach(() => { engine.modules = {}; engine.permits = {}; });
  const crash = (id: string) => engine.pool.query(`UPDATE provisioning_job SET worker_id = NULL, fence = fence + 1, wake_at = now() WHERE id = $1`, [id]);
  const brief = async (id: string) => { const v = await engine.view(id); return { state: v.state, phase: v.phase, tasks: v.tasks, failure: v.failure, service: v.service, steps: Object.fromEntries(Object.entries(v.steps).map(([k, s]) => [k, `${s.state}${s.unknown ? ' unknown' : ''}`])) }; };
  const settleDown = async (id: string) => { for (let i = 0; i < 300; i += 1) { const v = await engine.view(id); if (['completed', 'failed', 'cancelled', 'needs_operator', 'superseded'].includes(v.state) ) return; await sleep(10); } };

  it('15 permit after mark resolved', async () => {
    engine.permits = { task: 1 };
    engine.modules = { provisioning: { create: operation({ steps: ['t'], async run({ step }) { await step('t', { permit: 'task', claim: 'p', giveUpAfterMs: 1, find: async () => absent, run: async () => 't', until: async () => pending('t', 1) }); return { remoteId: 'r' }; } }) } };
    const id = await engine.job(); await settleDown(id); await ops.markResolved(id, 'seen to', 'me');
    await engine.pool.query(`UPDATE permit_slot SET since = now() - interval '1 hour' WHERE job_id = $1`, [id]); await sleep(500);
    const { rows } = await engine.pool.query(`SELECT count(*)::int AS held FROM permit_slot WHERE job_id = $1`, [id]);
    out('15 permit leak', { ...rows[0], ...(await brief(id)) });
    await engine.pool.query(`UPDATE permit_slot SET job_id = NULL`);
    engine.permits = {};
  });


  it('26 a step that was not awaited', async () => {
    engine.permits = { task: 1 };
    engine.modules = { provisioning: { create: operation({ steps: ['a'], async run({ step }) { void step('a', { permit: 'task', claim: 'c', find: async () => absent, run: async () => 't', until: async () => pending('t', 100000) }); return { remoteId: 'r' }; } }) } };
    const id = await engine.job(); await settleDown(id); await engine.pool.query(`UPDATE permit_slot SET since = now() - interval '1 hour'`); await sleep(300);
    const { rows } = await engine.pool.query(`SELECT count(*)::int AS held FROM permit_slot WHERE job_id = $1`, [id]);
    out('26 not awaited', { ...rows[0], ...(await brief(id)) });
    await engine.pool.query(`UPDATE permit_slot SET job_id = NULL`);
  });
  it('27 stop while a call is to be made again', async () => {
    let n = 0; 
    engine.permits = {};
    engine.modules = { provisioning: { create: operation({ steps: ['a'], async run({ step }) { await step('a', { claim: 'c', find: async () => absent, run: async () => { n += 1; if (n === 1) throw lost(); return 1; }, undo: async () => undefined }); return { remoteId: 'r' }; } }) } };
    const id = await engine.job();
    while (n === 0) await sleep(1);
    await engine.pool.query(`UPDATE provisioning_job SET stop_requested_at = now() WHERE id = $1`, [id]);
    await settleDown(id); out('27 calls after the stop', { n, ...(await brief(id)) });
  });
  it('28 pg connection killed under the gate', async () => {
    const { ServerGate } = await import('./server-gate.js'); const { judge } = await import('@hostwright/core') as never as { judge?: (e: unknown) => string };
    const gate = new ServerGate({ query: async () => { throw new Error('Connection terminated unexpectedly'); } } as never, () => Date.now(), 1);
    const e = await gate.pass('1', undefined).catch((x: unknown) => x);
    out('28 gate', { error: String(e), verdict: judge?.(e) ?? 'not exported' });
  });
  it('29 undo with mend after an error: no task', async () => {
    let n = 0;
    engine.modules = { provisioning: { create: operation({ steps: ['a'], async run({ step }) { await step('a', { claim: 'c', find: async () => { if (n >= 3) throw new PanelError('unauthenticated', 'token'); return absent; }, run: async () => { n += 1; throw lost(); }, undo: async () => undefined }); return { remoteId: 'r' }; } }) } };
    const id = await engine.job(); await sleep(800); out('29', await brief(id));
    await engine.pool.query(`UPDATE provisioning_job SET state = 'failed', phase = 'ended', wake_at = NULL, worker_id = NULL, fence = fence + 1 WHERE id = $1`, [id]);
  });
  it('30 secret in a claim and in a task', async () => {
    engine.modules = { provisioning: { create: operation({ steps: ['a'], async run({ step }) { await step('a', { claim: { k: { $secret: 'pl41n' } }, find: async () => absent, run: async () => ({ s: { $secret: 'tsk' } }), until: async () => done(1) }); return { remoteId: 'r', adminPassword: 'unmarked' } as never; } }) } };
    const id = await engine.job(); await settleDown(id);
    const { rows } = await engine.pool.query(`SELECT claim, task, (SELECT properties FROM service_component c WHERE c.service_id = p.service_id) AS properties FROM provisioning_step t JOIN provisioning_job p ON p.id = t.job_id WHERE job_id = $1`, [id]);
    out('30', rows);
  });
  it('31 empty sub-operation undone', async () => {
    engine.modules = { dns: { removeRecord: operation({ steps: [], run: async () => undefined }) }, provisioning: { create: operation({ steps: ['d', 'no'], async run({ step, ctx }) { await step('d', ctx.dns.removeRecord({} as never)); await step('no', { run: async () => { throw new PanelError('rejected', 'no'); } }); return { remoteId: 'r' }; } }) } };
    const id = await engine.job(); await settleDown(id); out('31', await brief(id));
  });
  it('32 bug in a journal write forever', async () => { expect(PgPermits).toBeDefined(); expect(PgJournal).toBeDefined(); failed(new PanelError('rejected', '')); crash('0'); });
});
