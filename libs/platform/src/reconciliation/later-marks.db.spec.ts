import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Panel, type Provider } from './testing/panel.js';

describe('the mark of a service that the panel has not come to yet', () => {
  let panel: Panel;
  let serverId: string;
  let provider: Provider;
  const sql = (text: string, values: unknown[] = []) => panel.database.pool.query<Record<string, unknown>>(text, values);
  const restorations = async () => (await sql(`SELECT reason, ended_at IS NULL AS open FROM restoration ORDER BY id`)).rows;
  beforeEach(async () => {
    panel = await Panel.open();
    ({ serverId, provider } = await panel.server());
  });
  afterEach(() => panel.close());

  it('shows that the database is an old one: everything is held until the next look, and the mark is never given out', async () => {
    const { serverId: second } = await panel.server();
    const later = String(Number(await panel.service(serverId, null)) + 5);
    provider.put({ remoteId: '900', owner: panel.mark(later) });
    await panel.reconcile(serverId);
    expect(await restorations()).toEqual([{ reason: 'marks', open: true }]);
    expect(await panel.open(serverId)).toEqual([`orphan unknown ${later}`]);
    const held = async () =>
      (await sql(`SELECT server_id FROM restoration_server WHERE state = 'held' ORDER BY server_id`)).rows.map((row) =>
        String(row['server_id']),
      );
    expect(await held()).toEqual([serverId, second]);
    await panel.reconcile(serverId);
    expect(await held()).toEqual([second]);
    await panel.reconcile(second);
    expect(await restorations()).toEqual([{ reason: 'marks', open: false }]);
    expect(Number(await panel.service(serverId, null))).toBeGreaterThan(Number(later));
  });

  it('is nobody’s when it is above the clock', async () => {
    provider.put({ remoteId: '901', owner: panel.mark('999999999999999999') });
    await panel.reconcile(serverId);
    expect(await panel.open(serverId)).toEqual(['orphan unknown 999999999999999999']);
    expect(await restorations()).toEqual([]);
  });

  it('is another panel’s business when it is another panel’s', async () => {
    provider.put({ remoteId: '900', owner: 'hw-theirs-900' });
    await panel.reconcile(serverId);
    expect(await restorations()).toEqual([]);
  });
});

it('a look that began before a restoration was found lets go of nothing', async () => {
  const panel = await Panel.open();
  const { serverId } = await panel.server();
  const sql = (text: string, values: unknown[] = []) => panel.database.pool.query<Record<string, unknown>>(text, values);
  const look = await panel.claimed(serverId, 'reconcile');
  await sql(
    `WITH r AS (INSERT INTO restoration (reason) VALUES ('database') RETURNING id)
     INSERT INTO restoration_server (restoration_id, server_id) SELECT r.id, $1 FROM r`,
    [serverId],
  );
  const state = async () => (await sql(`SELECT state FROM restoration_server`)).rows[0]!['state'];
  await panel.reconciler().run(look);
  expect(await state()).toBe('held');
  await panel.reconcile(serverId);
  expect(await state()).toBe('compared');
  await panel.close();
});
