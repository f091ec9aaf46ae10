import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Doorbell, TaskStore } from '@hostwright/core';
import { readConfig } from '@hostwright/platform';
import { createTestDatabase, type TestDatabase } from '@hostwright/platform/testing';
import { runWorker, type RunningWorker } from '@hostwright/worker';
import { CountingLoop, engineWith, eventually, silence } from './counting-loop.js';

const loop = new CountingLoop();
const lines: string[] = [];
const log = { info: () => undefined, warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
let db: TestDatabase;
let worker: RunningWorker;

const connections = async () =>
  (
    await db.pool.query<{ pid: number; name: string }>(
      `SELECT pid, application_name AS name FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'hostwright test'`,
    )
  ).rows;

describe('a worker', () => {
  beforeAll(async () => {
    db = await createTestDatabase();
    const config = readConfig(
      { SECRET_KEY: randomBytes(32).toString('base64'), DATABASE_URL: db.connectionString, SUPPORT_EMAIL: 'support@example.com' },
      '/nowhere',
    );
    worker = await runWorker({ config, log, ...silence() }, () => engineWith(loop));
  });
  afterAll(async () => {
    await worker?.close();
    await db.drop();
  });

  it('starts the loop, and lets it look when the bell rings', async () => {
    expect(loop.state).toBe('started');
    await worker.app.get(Doorbell).ring('provisioning', 3);
    await eventually(() => loop.looks >= 3);
    await eventually(async () => (await db.pool.query('SELECT 1 FROM bullmq.job')).rowCount === 0);
  });

  it('turns an operator task into a mail, and says that none can be sent', async () => {
    await db.pool.query(`INSERT INTO outbox (topic, payload) VALUES ('operator_task.opened', '{"taskId":"1","title":"decide"}')`);
    const failed = () => db.pool.query<{ error: string }>(`SELECT error FROM queue_task WHERE state = 'failed' AND kind = 'tell-support'`);
    await eventually(async () => (await failed()).rowCount === 1);
    expect((await failed()).rows[0]?.error).toMatch(/^invalid_config: SMTP_URL is not set/);
  });

  it('does a task whose ring was lost', async () => {
    await worker.app.get(TaskStore, { strict: false }).add([{ queue: 'backups', kind: 'nobody does this', payload: {} }]);
    await eventually(
      async () => (await db.pool.query(`SELECT 1 FROM queue_task WHERE queue = 'backups' AND state = 'failed'`)).rowCount === 1,
    );
  });

  it('lets go of what its work needed, and holds few connections while it idles', async () => {
    // It keeps an unused one for ten seconds.
    await sleep(12_000);
    const held: number[] = [];
    // Long enough for each sweep to fall due, some of them together.
    for (const end = Date.now() + 6_000; Date.now() < end; await sleep(50)) held.push((await connections()).length);
    expect(Math.max(...held)).toBeLessThanOrEqual(10);
  }, 40_000);

  it('goes on after the loss of all its connections, with a few lines in the log', async () => {
    lines.length = 0;
    await db.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'hostwright test'`,
    );
    const before = loop.looks;
    // A ring may be lost with the connection it was on; the engine's sweep looks then, and here we ring again.
    await eventually(async () => {
      await worker.app.get(Doorbell).ring('provisioning');
      return loop.looks > before;
    });
    expect(lines.length).toBeLessThan(6);
  });

  it('stops the loop and lets go of every connection when it is closed', async () => {
    await worker.close();
    expect(loop.state).toBe('stopped');
    await eventually(async () => (await connections()).length === 0);
  });
});
