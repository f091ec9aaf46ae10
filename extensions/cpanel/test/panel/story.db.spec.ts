import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReconcileServer, CollectUsage, type ClaimedLook } from '@hostwright/core';
import { PgLookStore, PgReconciliationStore, PgUsageStore, ensureInstallation } from '@hostwright/platform';
import { putControl, sandboxFetch } from '@hostwright/sdk-testing';
import { Panel } from './panel.js';

let panel: Panel;
let installation: string;
beforeAll(async () => {
  panel = await Panel.open();
  installation = await ensureInstallation(panel.db.pool);
});
afterAll(() => panel.close());

const rows = async <T>(text: string, values: unknown[] = []) => (await panel.db.pool.query<T & Record<string, unknown>>(text, values)).rows;
const propertiesOf = async (serviceId: string) =>
  (await rows<{ properties: Record<string, unknown> }>(`SELECT properties FROM service_component WHERE service_id = $1`, [serviceId]))[0]!
    .properties;
/** Services must have been what they are for a while before they are judged. */
const settle = () =>
  rows(
    `UPDATE service SET state_since = now() - interval '1 hour'; UPDATE provisioning_job SET finished_at = now() - interval '1 hour' WHERE finished_at IS NOT NULL`,
  );

async function look(kind: 'reconcile' | 'usage'): Promise<void> {
  const { provisioning, db, serverId } = panel;
  const looks = new PgLookStore(db.pool);
  await looks.request(serverId, kind, 'test');
  const claimed = (await looks.claim(1, 60_000))[0] as ClaimedLook;
  if (kind === 'usage') {
    await new CollectUsage(provisioning.serverReads, new PgUsageStore(db.pool, installation), () => new Date()).run(claimed);
    return;
  }
  const store = new PgReconciliationStore(db.pool);
  await new ReconcileServer(provisioning.serverReads, provisioning.inspector, store, { installationId: installation, graceMs: 1_000 }).run(
    claimed,
  );
}
const findings = async () =>
  (await rows<{ kind: string; aspect: string }>(`SELECT kind, aspect FROM reconciliation_finding WHERE resolved_at IS NULL`)).map(
    ({ kind, aspect }) => `${kind} ${aspect}`,
  );

describe('an account that is sold', () => {
  it('lives through all that can be asked of it, and is gone without a trace', async () => {
    const { provisioning, sandbox, serverId } = panel;
    const { serviceId, jobId, reserved } = await panel.order('shop.example.net');
    const username = String(reserved['account']?.['username']);
    expect(username).toMatch(/^shop[a-z0-9]{4}$/);
    expect(JSON.stringify(reserved)).not.toContain('assword');
    await panel.done(jobId);
    expect(sandbox.ledger()[0]).toMatchObject({ kind: 'account', id: username, owner: `hw-${installation}-${serviceId}` });
    const properties = await propertiesOf(serviceId);
    expect(properties).toMatchObject({ username, database: `${username}_site`, mailbox: 'info@shop.example.net', certificate: 'issued' });
    expect(properties['databasePassword']).toEqual({ $sealed: expect.any(String) });

    const { url } = await provisioning.signOn.open(serviceId, 'account');
    expect((await sandboxFetch({ recorded: false })(url)).status).toBe(200);
    expect((await provisioning.choices.load(serverId, 'packages')).map(({ value }) => value)).toContain('large');

    const requestedBy = 'test';
    const chosen = 'Chosen-By-The-Customer-1';
    await panel.done((await provisioning.desk.changePassword({ serviceId, password: chosen, requestedBy, byCustomer: true })).jobId);
    expect(sandbox.ledger()[0]?.details).toMatchObject({ password: chosen });
    await panel.done((await provisioning.desk.changePackage(serviceId, 'large', requestedBy)).jobId);
    for (const operation of ['suspend', 'unsuspend', 'suspend']) {
      await panel.done((await provisioning.desk.request(serviceId, operation, requestedBy)).jobId);
    }
    expect(sandbox.ledger()[0]?.details).toMatchObject({ plan: 'large', suspended: true });

    // Its owner takes the mark away: it is proven by when it was made.
    await putControl(sandbox, '/account', { user: username, change: { contact: 'else@example.org' } });
    await settle();
    await look('reconcile');
    expect(await findings()).toEqual([]);
    await putControl(sandbox, '/traffic', { user: username, bytes: 5_000 });
    await look('usage');
    // The sandbox says `14M` of every account.
    expect(await rows(`SELECT disk_bytes, traffic_bytes FROM service_usage WHERE service_id = $1`, [serviceId])).toEqual([
      { disk_bytes: String(14 * 1_024 ** 2), traffic_bytes: '5000' },
    ]);

    await panel.done((await provisioning.desk.request(serviceId, 'terminate', requestedBy)).jobId);
    expect([sandbox.ledger(), sandbox.violations()]).toEqual([[], []]);
    expect(panel.lines.join('\n')).not.toContain(chosen);
    expect(await rows(`SELECT 1 FROM operator_task`)).toEqual([]);
  });

  it('gets a name of its own, however many of the same are ordered at once', async () => {
    const placed = await Promise.all(Array.from({ length: 30 }, (_, n) => panel.order(`same.example${n}.net`)));
    const names = placed.map(({ reserved }) => String(reserved['account']?.['username']));
    expect(new Set(names).size).toBe(30);
    for (const { jobId } of placed) await panel.done(jobId);
    for (const { serviceId } of placed) await panel.done((await panel.provisioning.desk.request(serviceId, 'terminate', 'test')).jobId);
    expect(panel.sandbox.ledger()).toEqual([]);
  });
});

describe('an account that was made by hand', () => {
  it('becomes a service, is found to be as it should, and is taken down as any other', async () => {
    const { provisioning, sandbox, serverId } = panel;
    await putControl(sandbox, '/accounts', { user: 'handmade', domain: 'handmade.example', contact: 'me@example.org' });
    expect(await provisioning.adoptions.accounts(serverId)).toMatchObject([{ remoteId: 'handmade', serviceId: null }]);
    const wanted = {
      serverId,
      remoteId: 'handmade',
      productCode: 'basic',
      customerEmail: 'me@example.org',
      order: {},
      requestedBy: 'staff:1',
    };
    const { serviceId } = await provisioning.adoptions.adopt(wanted);
    await settle();
    await look('reconcile');
    expect(await findings()).toEqual([]);
    await expect(provisioning.adoptions.adopt(wanted)).rejects.toMatchObject({ code: 'conflict' });
    await panel.done((await provisioning.desk.request(serviceId, 'terminate', 'test')).jobId);
    expect(sandbox.ledger()).toEqual([]);
  });
});

describe('a host that does not want to', () => {
  it('makes jobs wait while its token is refused, and they finish by themselves once it is mended', async () => {
    await putControl(panel.sandbox, '/gate', { gate: 'denied' });
    const { jobId, serviceId } = await panel.order('late.example.net');
    const waiting = async () => (await rows<{ state: string }>(`SELECT state FROM provisioning_job WHERE id = $1`, [jobId]))[0]?.state;
    while (panel.sandbox.calls().at(-1)?.status !== 403) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(['in_progress', 'waiting']).toContain(await waiting());
    await putControl(panel.sandbox, '/gate', { gate: 'open' });
    await panel.done(jobId);
    await panel.done((await panel.provisioning.desk.request(serviceId, 'terminate', 'test')).jobId);
    expect(panel.sandbox.ledger()).toEqual([]);
  });

  it('logs nobody in while it is in maintenance', async () => {
    const { serviceId, jobId } = await panel.order('door.example.net');
    await panel.done(jobId);
    await rows(`UPDATE server SET state = 'maintenance' WHERE id = $1`, [panel.serverId]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await expect(panel.provisioning.signOn.open(serviceId, 'account')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
