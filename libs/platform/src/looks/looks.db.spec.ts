import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LookPlan } from '@hostwright/core';
import { Panel } from '../reconciliation/testing/panel.js';

let panel: Panel;
let serverId: string;
beforeAll(async () => {
  panel = await Panel.open();
});
afterAll(() => panel.close());
beforeEach(async () => {
  await sql('DELETE FROM server_look');
  await sql('DELETE FROM server');
  ({ serverId } = await panel.server());
});

const sql = (text: string, values: unknown[] = []) => panel.database.pool.query<Record<string, unknown>>(text, values);
const plan = (over: Partial<LookPlan> = {}): LookPlan => ({ kind: 'reconcile', extensions: ['fake'], everyMs: 600_000, ...over });
const states = async () => (await sql('SELECT state FROM server_look ORDER BY id')).rows.map(({ state }) => state);
const loseWorker = () => sql(`UPDATE server_look SET lease_until = now() - interval '1 second' WHERE state = 'running'`);

describe('a look that somebody asks for', () => {
  it('is refused for a server that is not there or that is in maintenance', async () => {
    await expect(panel.looks.request('999999', 'reconcile', 'staff:1')).rejects.toMatchObject({ code: 'not_found' });
    await sql(`UPDATE server SET state = 'maintenance'`);
    await expect(panel.looks.request(serverId, 'reconcile', 'staff:1')).rejects.toMatchObject({ code: 'conflict' });
    expect(await states()).toEqual([]);
  });

  it('is one, however many ask at once, and one of each kind; a later one is another', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => panel.looks.request(serverId, 'reconcile', 'staff:1')));
    expect(new Set(asked.map(({ look }) => look.id)).size).toBe(1);
    expect(asked.filter(({ created }) => created)).toHaveLength(1);
    expect((await panel.looks.request(serverId, 'usage', 'staff:1')).created).toBe(true);
    for (const look of await panel.looks.claim(5, 60_000)) await panel.looks.fail(look, 'away');
    expect((await panel.looks.request(serverId, 'reconcile', 'staff:1')).created).toBe(true);
  });

  it('is audited once', async () => {
    const { look } = await panel.looks.request(serverId, 'reconcile', 'staff:1');
    await panel.looks.request(serverId, 'reconcile', 'staff:2');
    expect((await sql(`SELECT actor, action, details FROM audit WHERE subject = $1`, [`server:${serverId}`])).rows).toEqual([
      { actor: 'staff:1', action: 'server.look', details: { kind: 'reconcile', lookId: look.id } },
    ]);
  });
});

describe('the clock', () => {
  it('adds looks that are due, once, however many workers ask', async () => {
    await panel.server();
    const added = await Promise.all(Array.from({ length: 6 }, () => panel.looks.addDue([plan()])));
    expect(added.reduce((sum, one) => sum + one, 0)).toBe(2);
    expect(await states()).toEqual(['pending', 'pending']);
  });

  it('leaves alone what is not due, what is in maintenance, and what cannot be looked at', async () => {
    expect(await panel.looks.addDue([plan({ everyMs: 3 * 3_600_000 }), plan({ extensions: [] }), plan({ extensions: ['other'] })])).toBe(0);
    await sql(`UPDATE server SET kind = 'dns'`);
    expect(await panel.looks.addDue([plan()])).toBe(0);
    await sql(`UPDATE server SET kind = 'provisioning', state = 'maintenance'`);
    expect(await panel.looks.addDue([plan()])).toBe(0);
    await sql(`UPDATE server SET state = 'draining'`);
    expect(await panel.looks.addDue([plan(), plan({ kind: 'usage' })])).toBe(2);
  });

  it('counts from when the last one was asked for, whatever became of it', async () => {
    await panel.looks.addDue([plan()]);
    const [look] = await panel.looks.claim(1, 60_000);
    await panel.looks.fail(look!, 'away');
    expect(await panel.looks.addDue([plan()])).toBe(0);
    await sql(`UPDATE server_look SET created_at = now() - interval '10 minutes'`);
    expect(await panel.looks.addDue([plan()])).toBe(1);
  });
});

describe('a look that is due', () => {
  it('is given to one worker, and a server to one worker at a time', async () => {
    await panel.server();
    await panel.looks.addDue([plan(), plan({ kind: 'usage' })]);
    const claims = (await Promise.all(Array.from({ length: 8 }, () => panel.looks.claim(1, 60_000)))).flat();
    expect(new Set(claims.map(({ id }) => id)).size).toBe(4);
    expect(claims).toHaveLength(4);
    expect(await panel.looks.due()).toBe(0);
    await panel.looks.request(serverId, 'reconcile', 'staff:1');
    expect(await panel.looks.claim(5, 60_000)).toEqual([]);
  });

  it('goes to another worker when its own was killed, whose late word is not taken', async () => {
    const first = await panel.claimed(serverId, 'reconcile');
    expect(await panel.looks.renew(first, 60_000)).toBe(true);
    await loseWorker();
    expect(await panel.looks.due()).toBe(1);
    const [second] = await panel.looks.claim(1, 60_000);
    expect(second).toEqual({ ...first, attempt: 2 });
    expect(await panel.looks.renew(first, 60_000)).toBe(false);
    await panel.looks.fail(first, 'from the dead');
    expect(await states()).toEqual(['running']);
    await panel.looks.fail(second!, 'away');
    expect((await panel.looks.list({ limit: 10 }, { serverId })).items).toMatchObject([{ state: 'failed', error: 'away' }]);
  });

  it('has failed when worker after worker was killed over it, and does not keep the next one away', async () => {
    await panel.claimed(serverId, 'reconcile');
    for (let again = 0; again < 3; again += 1) {
      await loseWorker();
      await panel.looks.claim(1, 60_000);
    }
    expect(await states()).toEqual(['failed']);
    expect((await panel.looks.request(serverId, 'reconcile', 'staff:1')).created).toBe(true);
  });
});

describe('looks that are over', () => {
  it('are forgotten after their time, but for the newest and for the last that went well', async () => {
    const ended = (state: string) =>
      sql(
        `INSERT INTO server_look (server_id, kind, requested_by, state, ended_at) VALUES ($1, 'reconcile', 'clock', $2, now() - interval '40 days')`,
        [serverId, state],
      );
    for (const state of ['failed', 'done', 'done', 'failed', 'failed']) await ended(state);
    await panel.looks.forget(50);
    expect(await states()).toHaveLength(5);
    await panel.looks.forget(30);
    expect(await states()).toEqual(['done', 'failed']);
  });

  it('go with their server', async () => {
    await panel.looks.request(serverId, 'reconcile', 'staff:1');
    await sql(`DELETE FROM server WHERE id = $1`, [serverId]);
    expect(await states()).toEqual([]);
  });
});
