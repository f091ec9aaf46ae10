import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import { createMetrics } from '../metrics/index.js';
import { Panel, type Provider } from './testing/panel.js';

let panel: Panel;
let serverId: string;
let provider: Provider;
beforeAll(async () => {
  panel = await Panel.open();
});
afterAll(() => panel.close());
beforeEach(async () => {
  ({ serverId, provider } = await panel.server());
  panel.limits = {};
  panel.meanwhile = undefined;
});

const sql = (text: string, values: unknown[] = []) => panel.database.pool.query<Record<string, unknown>>(text, values);

describe('a comparison', () => {
  it('finds nothing where all is well, and nothing that bears no mark of this panel', async () => {
    await panel.healthy(serverId, '100');
    await panel.healthy(serverId, '101', 'suspended');
    provider.put({ remoteId: '900' });
    provider.put({ remoteId: '901', owner: 'hw-theirs-1' });
    expect(await panel.reconcile(serverId)).toMatchObject({ accounts: 4, services: 2, findings: 0, unjudged: 0 });
    expect(await panel.open(serverId)).toEqual([]);
  });

  it('finds each kind, and closes each when it is no longer so', async () => {
    const missing = await panel.service(serverId, '100');
    const running = await panel.healthy(serverId, '101', 'suspended');
    provider.put({ remoteId: '101', owner: panel.mark(running), state: 'running' });
    const stopped = await panel.healthy(serverId, '102');
    provider.put({ remoteId: '102', owner: panel.mark(stopped), state: 'stopped' });
    const large = await panel.healthy(serverId, '103');
    provider.put({ remoteId: '103', owner: panel.mark(large), memoryLimitBytes: 2_048 });
    panel.limits = { memoryLimitBytes: 1_024 };
    const ended = await panel.service(serverId, '104', 'terminated');
    provider.put({ remoteId: '104', owner: panel.mark(ended) });
    provider.put({ remoteId: '105', owner: 'hw-mine-999999' });
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 6, opened: 6, closed: 0 });
    expect(await panel.open(serverId)).toEqual(
      [
        `missing gone ${missing}`,
        `drift running ${running}`,
        `drift stopped ${stopped}`,
        `drift memory ${large}`,
        `orphan ended ${ended}`,
        'orphan unknown 999999',
      ].sort(),
    );
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 6, opened: 0, closed: 0 });

    provider.put({ remoteId: '100', owner: panel.mark(missing) });
    provider.put({ remoteId: '101', owner: panel.mark(running), state: 'stopped' });
    provider.put({ remoteId: '102', owner: panel.mark(stopped) });
    provider.put({ remoteId: '103', owner: panel.mark(large), memoryLimitBytes: 1_024 });
    provider.things.delete('104');
    provider.things.delete('105');
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 0, closed: 6 });
    expect(await panel.open(serverId)).toEqual([]);
  });

  it('takes a site that its customer stopped for what it is, until something starts it', async () => {
    const serviceId = await panel.healthy(serverId, '100');
    provider.put({ remoteId: '100', owner: panel.mark(serviceId), state: 'stopped' });
    const ended = (operation: string, result: object | null, state = 'completed') =>
      panel.database.pool.query(
        `INSERT INTO provisioning_job (service_id, operation, program, requested_by, state, phase, result, finished_at)
         VALUES ($1, $2, '{"components": [{"name": "site"}]}', 'test', $3, 'ended', $4, now() - interval '1 hour')`,
        [serviceId, operation, state, result],
      );
    await ended('create', null);
    await ended('stop', { state: 'stopped' });
    await ended('list', { backups: [] });
    await ended('start', null, 'failed');
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 0 });
    await ended('start', { state: 'running' });
    await panel.reconcile(serverId);
    expect(await panel.open(serverId)).toEqual([`drift stopped ${serviceId}`]);
  });

  it('keeps one row for what stays so, with when it was seen first and last, and begins anew when it comes back', async () => {
    const serviceId = await panel.service(serverId, '100');
    await panel.reconcile(serverId);
    await sql(`UPDATE reconciliation_finding SET first_seen_at = now() - interval '1 day', last_seen_at = now() - interval '1 day'`);
    await panel.reconcile(serverId);
    const [finding] = await panel.openFindings(serverId);
    expect(finding!.lastSeenAt.getTime() - finding!.firstSeenAt.getTime()).toBeGreaterThan(86_000_000);
    provider.put({ remoteId: '100', owner: panel.mark(serviceId) });
    await panel.reconcile(serverId);
    provider.things.delete('100');
    await panel.reconcile(serverId);
    const all = (await panel.findings.list({ limit: 10 }, { serverId })).items;
    expect(all.map(({ resolvedAt }) => resolvedAt === null)).toEqual([true, false]);
  });

  it('is nothing but reads at the provider and rows here: services stay as they are', async () => {
    const serviceId = await panel.service(serverId, '100');
    await panel.reconcile(serverId);
    expect((await sql(`SELECT state, desired_state FROM service WHERE id = $1`, [serviceId])).rows).toEqual([
      { state: 'active', desired_state: 'active' },
    ]);
    expect((await sql(`SELECT 1 FROM provisioning_job WHERE service_id = $1`, [serviceId])).rowCount).toBe(0);
  });
});

describe('a service that is at work', () => {
  it.each([
    ['a job under way', { state: 'waiting' }],
    ['a job that waits for its turn', { state: 'pending' }],
    ['a job that waits for a person', { state: 'needs_operator' }],
    ['a job that ended a moment ago', { state: 'completed', phase: 'ended', endedAgo: '1 minute' }],
    ['a job that looks again for what may turn up', { state: 'failed', phase: 'looking', endedAgo: '50 minutes' }],
  ])('has no findings: %s', async (_, job) => {
    const lost = await panel.service(serverId, '100');
    const ended = await panel.service(serverId, '101', 'terminated');
    provider.put({ remoteId: '101', owner: panel.mark(ended) });
    await panel.job(lost, job);
    await panel.job(ended, job);
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 0, unjudged: 2 });
  });

  it('has findings again when the job is long over', async () => {
    const lost = await panel.service(serverId, '100');
    await panel.job(lost, { state: 'completed', phase: 'ended', endedAgo: '1 hour' });
    await panel.reconcile(serverId);
    expect(await panel.open(serverId)).toEqual([`missing gone ${lost}`]);
  });

  it('has none when it changed a moment ago', async () => {
    const lost = await panel.service(serverId, '100');
    await sql(`UPDATE service SET state_since = now() - interval '4 minutes' WHERE id = $1`, [lost]);
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 0, unjudged: 1 });
  });

  it('keeps a finding from before, marked as not looked at again', async () => {
    const lost = await panel.service(serverId, '100');
    await panel.reconcile(serverId);
    await panel.job(lost);
    await panel.reconcile(serverId);
    expect(await panel.openFindings(serverId)).toMatchObject([{ kind: 'missing', serviceId: lost, rechecked: false }]);
  });

  it('has none when the job began while the server was being looked at', async () => {
    const lost = await panel.service(serverId, '100');
    panel.meanwhile = async () => void (await panel.job(lost));
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 0 });
    expect(await panel.open(serverId)).toEqual([]);
  });
});

describe('a server that does not answer', () => {
  it('yields no findings and closes none; those there are say that nobody could look', async () => {
    const lost = await panel.service(serverId, '100');
    await panel.reconcile(serverId);
    expect(await panel.openFindings(serverId)).toMatchObject([{ rechecked: true }]);
    provider.fault = () => {
      throw new PanelError('unavailable', 'connection refused');
    };
    await expect(panel.reconcile(serverId)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await panel.openFindings(serverId)).toMatchObject([{ serviceId: lost, rechecked: false, resolvedAt: null }]);
    provider.fault = undefined;
    await panel.reconcile(serverId);
    expect(await panel.openFindings(serverId)).toMatchObject([{ serviceId: lost, rechecked: true }]);
  });

  it('does not touch the findings of others', async () => {
    const { serverId: second } = await panel.server();
    await panel.service(second, '100');
    await panel.reconcile(second);
    await panel.reconcile(serverId);
    expect(await panel.openFindings(second)).toMatchObject([{ rechecked: true }]);
  });
});

describe('a worker that is taken for dead while it looks', () => {
  it('leaves nothing: what it found is not written when another has taken over', async () => {
    await panel.service(serverId, '100');
    const look = await panel.claimed(serverId, 'reconcile');
    provider.fault = async () => {
      await sql(`UPDATE server_look SET lease_until = now() - interval '1 second' WHERE id = $1`, [look.id]);
      provider.fault = undefined;
      expect(await panel.looks.claim(1, 60_000)).toMatchObject([{ id: look.id, attempt: 2 }]);
    };
    await expect(panel.reconciler().run(look)).rejects.toMatchObject({ code: 'conflict' });
    expect(await panel.open(serverId)).toEqual([]);
    await panel.reconciler().run({ ...look, attempt: 2 });
    expect(await panel.open(serverId)).toHaveLength(1);
  });
});

describe('metrics', () => {
  it('tell what is open by kind, how long ago a look at a server went well, and how many last ones did not', async () => {
    await sql('UPDATE reconciliation_finding SET resolved_at = now() WHERE resolved_at IS NULL');
    await panel.service(serverId, '100');
    await panel.reconcile(serverId);
    await sql(`UPDATE server_look SET ended_at = now() - interval '90 seconds' WHERE server_id = $1`, [serverId]);
    const { rows: failedBefore } = await sql(
      `SELECT count(*)::int AS count FROM server s CROSS JOIN LATERAL (SELECT state FROM server_look WHERE server_id = s.id ORDER BY id DESC LIMIT 1) l WHERE l.state = 'failed'`,
    );
    provider.fault = () => {
      throw new PanelError('unavailable', 'connection refused');
    };
    await expect(panel.reconcile(serverId)).rejects.toThrow();
    const { rows } = await sql(`SELECT name FROM server WHERE id = $1`, [serverId]);
    const text = await createMetrics({ process: 'test', facts: { db: panel.database.pool, log: { warn: () => undefined } } }).text();
    expect(text).toContain('hostwright_reconciliation_findings_open{kind="missing"} 1\n');
    expect(text).toContain('hostwright_reconciliation_findings_open{kind="orphan"} 0\n');
    expect(text).toMatch(new RegExp(`hostwright_server_look_success_seconds{server="${String(rows[0]!['name'])}",look="reconcile"} 9\\d`));
    expect(text).toContain(`hostwright_server_looks_failed{look="reconcile"} ${Number(failedBefore[0]!['count']) + 1}\n`);
    expect(text).toContain('hostwright_server_looks_failed{look="usage"} 0\n');
  });
});

describe('a large server', () => {
  it('is compared and kept with a handful of statements, however many services there are', async () => {
    const count = 5_000;
    await sql(
      `WITH s AS (INSERT INTO service (product_id, customer_id, state, state_since) SELECT 1, 1, 'active', now() - interval '1 hour' FROM generate_series(1, $2::int) RETURNING id)
       INSERT INTO service_component (service_id, name, extension, server_id, settings, connections, remote_id)
       SELECT id, 'site', 'fake', $1, '{}', '{}', 'big-' || id FROM s`,
      [serverId, count],
    );
    const { rows } = await sql(`SELECT service_id FROM service_component WHERE server_id = $1`, [serverId]);
    for (const { service_id } of rows) {
      const id = String(service_id);
      provider.put({ remoteId: `big-${id}`, owner: panel.mark(id), state: 'stopped' });
    }
    const statements: string[] = [];
    panel.database.pool.on('acquire', () => statements.push('connection'));
    const began = process.hrtime.bigint();
    expect(await panel.reconcile(serverId)).toMatchObject({ accounts: count, services: count, findings: count, opened: count });
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: count, opened: 0, closed: 0 });
    for (const thing of [...provider.things.values()]) provider.put({ ...thing, state: 'running' });
    expect(await panel.reconcile(serverId)).toMatchObject({ findings: 0, closed: count });
    panel.database.pool.removeAllListeners('acquire');
    // For each of the three: ask, claim, read, record, read what was counted.
    expect(statements.length).toBeLessThanOrEqual(15);
    expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(20);
  });
});
