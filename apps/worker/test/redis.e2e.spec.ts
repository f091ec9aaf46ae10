import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Doorbell, TaskStore } from '@hostwright/core';
import { readConfig } from '@hostwright/platform';
import { createTestDatabase, noRedis, RedisServer, type TestDatabase } from '@hostwright/platform/testing';
import { runWorker, type RunningWorker } from '@hostwright/worker';
import { CountingLoop, engineWith, eventually, silence } from './counting-loop.js';

const suite = noRedis ? describe.skip : describe;

suite(noRedis ? `a worker on Redis (skipped: ${noRedis})` : 'a worker on Redis', () => {
  const loop = new CountingLoop();
  const lines: string[] = [];
  const log = { info: () => undefined, warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
  const redis = new RedisServer();
  let db: TestDatabase;
  let worker: RunningWorker;

  beforeAll(async () => {
    await redis.start();
    db = await createTestDatabase();
    const config = readConfig(
      { SECRET_KEY: randomBytes(32).toString('base64'), DATABASE_URL: db.connectionString, REDIS_URL: redis.url },
      '/nowhere',
    );
    worker = await runWorker({ config, log, ...silence() }, () => engineWith(loop));
  });
  afterAll(async () => {
    await worker.close();
    await redis.destroy();
    await db.drop();
  });

  const failedTasks = async () => (await db.pool.query(`SELECT 1 FROM queue_task WHERE state = 'failed'`)).rowCount;
  const addTask = () => worker.app.get(TaskStore, { strict: false }).add([{ queue: 'invoices', kind: 'nobody does this', payload: {} }]);

  it('looks when the bell rings', async () => {
    await worker.app.get(Doorbell).ring('provisioning', 2);
    await eventually(() => loop.looks >= 2);
  });

  it('works on without Redis, holds nobody up and does not fill the disk with complaints', async () => {
    await redis.kill();
    await addTask();
    await Promise.all(Array.from({ length: 60 }, () => worker.app.get(Doorbell).ring('invoices')));
    await eventually(async () => (await failedTasks()) === 1);
    expect(lines.length).toBeLessThanOrEqual(2);
  });

  it('hears the bell again when Redis is back, empty', async () => {
    await redis.start();
    const before = loop.looks;
    await eventually(async () => {
      await worker.app.get(Doorbell).ring('provisioning');
      return loop.looks > before;
    });
  });
});
