import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SealedSettings, TriggerMappings } from '@hostwright/core';
import { PgTriggerMappings, PostgresAuditLog } from '@hostwright/platform';
import type { JsonObject } from '@hostwright/sdk';
import { postControl, putControl, type InspectedSandbox, type Sandbox } from '@hostwright/sdk-testing';
import { eventually } from './counting-loop.js';
import { Stage } from './support/stage.js';

const extensions = join(__dirname, '../../../extensions');
/** Every shipped extension whose source defines a trigger. Their sandboxes take the same control calls. */
const tellers = readdirSync(extensions).filter((id) => {
  try {
    return /\btrigger\b/.test(readFileSync(join(extensions, id, 'src/index.ts'), 'utf8'));
  } catch {
    return false;
  }
});

/** A provider that tells the panel over HTTP, and the panel's worker processes. */
describe.each(tellers)('what %s tells', (extension) => {
  let stage: Stage;
  let url: string;
  let provider: InspectedSandbox;
  let worker: ChildProcess;

  beforeAll(async () => {
    stage = await Stage.open({ leaseMs: 2_000 });
    const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`)) as { default: Sandbox };
    provider = (await sandbox.start({ speed: 0.002 })) as InspectedSandbox;
    await connect();
    url = await stage.startApi();
    worker = await stage.startWorker();
  }, 90_000);
  afterAll(async () => {
    await stage?.close();
    await provider?.stop();
  });

  const connect = async (): Promise<void> => {
    const { provisioning, db } = stage;
    const { rows } = await db.pool.query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('server', 'id')) AS id`);
    const { id } = rows[0]!;
    const { server } = provisioning.catalog.find(extension, 'trigger')!;
    await db.pool.query(
      `INSERT INTO server (id, name, extension, kind, settings) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $2, 'trigger', $3)`,
      [id, extension, JSON.stringify(new SealedSettings(provisioning.sealer).seal(id, server, provider.server))],
    );
    const mappings = new TriggerMappings(
      new PgTriggerMappings(db.pool),
      { get: () => Promise.resolve({ kind: 'trigger' }) } as never,
      {
        findByCode: () =>
          Promise.resolve({
            state: 'active',
            components: stage.extensions.slice(0, 1).map((one) => ({ name: one, extension: one, inputs: {} })),
          }),
      } as never,
      provisioning.catalog,
      new PostgresAuditLog(db.pool),
    );
    const orderValues = { email: { from: 'email' }, publicIp: { value: '203.0.113.10' } };
    await mappings.add({ serverId: id, plan: 'basic', product: 'wordpress-basic', orderValues }, 'test');
  };

  const sell = async (wanted: JsonObject): Promise<string> =>
    ((await postControl(provider, '/sales', { plan: 'basic', ...wanted })) as { subject: string }).subject;
  const tell = async (subject: string, wanted: JsonObject = {}): Promise<number> => {
    const { headers, query, body } = (await postControl(provider, '/notice', { subject, ...wanted })) as {
      headers: Record<string, string>;
      query: string;
      body: string;
    };
    const answer = await fetch(`${url}/triggers/${extension}${query && '?'}${query}`, { method: 'POST', headers, body });
    return answer.status;
  };
  const services = async (subject: string) =>
    (await stage.db.pool.query<{ id: string; state: string }>('SELECT id, state FROM service WHERE external_id = $1', [subject])).rows;
  const becomes = (subject: string, state: string) =>
    eventually(async () => (await services(subject)).some((service) => service.state === state));

  it('is built once, however often it is told, suspended unpaid, resumed paid and taken away when it has ended', async () => {
    const subject = await sell({ email: 'told@example.com' });
    const told = await Promise.all(Array.from({ length: 50 }, () => tell(subject, { eventId: 'the-same-event' })));
    expect(new Set(told)).toEqual(new Set([200]));
    await becomes(subject, 'active');
    expect(await services(subject)).toHaveLength(1);
    expect(stage.flaws(1)).toEqual([]);
    for (const [state, service] of [
      ['unpaid', 'suspended'],
      ['active', 'active'],
      ['ended', 'terminated'],
    ] as const) {
      await putControl(provider, '/sale', { subject, state });
      expect(await tell(subject)).toBe(200);
      await becomes(subject, service);
    }
    expect(stage.ledger()).toEqual([]);
  }, 60_000);

  it('is refused when its signature is wrong', async () => {
    const subject = await sell({});
    expect(await tell(subject, { secret: 'whsec_of_somebody_else' })).toBe(401);
    expect(await services(subject)).toEqual([]);
  });

  it('survives a lost answer of the provider, and a worker that is killed while it reads', async () => {
    const subject = await sell({ email: 'killed@example.com' });
    provider.fault({ kind: 'lost_reply', method: 'GET', path: subject });
    provider.fault({ kind: 'hang', method: 'GET', path: subject });
    expect(await tell(subject)).toBe(200);
    const reads = () => provider.calls().filter(({ path }) => path.includes(subject)).length;
    await eventually(() => provider.pendingFaults().length === 0 && reads() >= 1);
    worker.kill('SIGKILL');
    await eventually(() => worker.signalCode === 'SIGKILL');
    expect(await services(subject)).toEqual([]);
    await stage.db.pool.query('UPDATE trigger_subject SET due_at = now() WHERE looking'); // as if its lease were over
    worker = await stage.startWorker();
    await becomes(subject, 'active');
    expect(await services(subject)).toHaveLength(1);
    for (const secret of Object.values(provider.server)
      .map(String)
      .filter((value) => /secret|[rs]k_test|token-31/i.test(value)))
      expect(stage.lines.join('\n')).not.toContain(secret);
  }, 60_000);
});
