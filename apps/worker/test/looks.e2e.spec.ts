import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Doorbell, LookStore, type ClaimedLook, type LookHandler } from '@hostwright/core';
import { PgLookStore, readConfig } from '@hostwright/platform';
import { createTestDatabase, type TestDatabase } from '@hostwright/platform/testing';
import { LookWork, runWorker, type RunningWorker } from '@hostwright/worker';
import { CountingLoop, engineWith, eventually, silence } from './counting-loop.js';

let db: TestDatabase;
let worker: RunningWorker;
const seen: ClaimedLook[] = [];
const handler: LookHandler = {
  kind: 'reconcile',
  run: async (look) => {
    seen.push(look);
    await db.pool.query(`UPDATE server_look SET state = 'done', ended_at = now() WHERE id = $1`, [look.id]);
  },
};
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const server = async (name: string, connected: string): Promise<string> =>
  (
    await db.pool.query<{ id: string }>(
      `INSERT INTO server (name, extension, kind, settings, created_at) VALUES ($1, 'fake', 'provisioning', '{}', now() - $2::interval) RETURNING id`,
      [name, connected],
    )
  ).rows[0]!.id;

describe('looks at servers', () => {
  beforeAll(async () => {
    db = await createTestDatabase();
    const config = readConfig({ SECRET_KEY: randomBytes(32).toString('base64'), DATABASE_URL: db.connectionString }, '/nowhere');
    const work = new LookWork([handler], [{ kind: 'reconcile', extensions: ['fake'], everyMs: 600_000 }]);
    worker = await runWorker({ config, log, ...silence() }, () => engineWith(new CountingLoop(), work));
  });
  afterAll(async () => {
    await worker?.close();
    await db.drop();
  });

  it('are taken when somebody asked for one and rang', async () => {
    const id = await server('new', '1 minute');
    await worker.app.get(LookStore, { strict: false }).request(id, 'reconcile', 'staff:1');
    await worker.app.get(Doorbell).ring('looks');
    await eventually(() => seen.some(({ serverId }) => serverId === id));
  });

  it('are taken when the ring was lost, and when the worker that had one was killed', async () => {
    const lost = await server('lost', '1 minute');
    const killed = await server('killed', '1 minute');
    const looks = new PgLookStore(db.pool);
    await looks.request(lost, 'reconcile', 'staff:1');
    await db.pool.query(
      `INSERT INTO server_look (server_id, kind, requested_by, state, attempt, lease_until) VALUES ($1, 'reconcile', 'staff:1', 'running', 1, now() - interval '1 second')`,
      [killed],
    );
    await eventually(() => [lost, killed].every((id) => seen.some(({ serverId }) => serverId === id)));
    expect(seen.find(({ serverId }) => serverId === killed)).toMatchObject({ attempt: 2 });
  });

  it('are taken when it is time', async () => {
    const old = await server('old', '11 minutes');
    await eventually(() => seen.some(({ serverId }) => serverId === old));
    const { rows } = await db.pool.query(`SELECT requested_by FROM server_look WHERE server_id = $1`, [old]);
    expect(rows).toEqual([{ requested_by: 'clock' }]);
  });
});
