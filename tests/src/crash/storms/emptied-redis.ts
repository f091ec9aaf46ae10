import { setTimeout as sleep } from 'node:timers/promises';
import { noRedis, openDoorbell, RedisServer } from '@hostwright/platform/testing';
import { Installation } from '../installation.js';
import type { Storm } from './storm.js';

const times = 20;
const everyMs = 150;

/** Worker apps on Redis, which is emptied again and again: every ring under way is lost. */
export const emptiedRedis: Storm = {
  name: 'Redis emptied',
  impossible: noRedis,
  async prepare(server) {
    const redis = new RedisServer();
    await redis.start();
    const bell = openDoorbell(redis.url);
    const installation = await Installation.open({
      databaseUrl: await server.newDatabase(),
      shops: 2,
      speed: 0.01,
      environment: { REDIS_URL: redis.url, SUPPORT_EMAIL: 'support@example.com' },
      doorbell: bell.doorbell,
    });
    const workers = [await installation.startApp(), await installation.startApp()];
    let flushed = 0;
    return {
      installation,
      async strike() {
        for (let time = 0; time < times; time += 1) {
          await redis.flushAll();
          flushed += 1;
          await sleep(everyMs);
        }
      },
      missed: () => (flushed === 0 ? 'Redis was never emptied' : undefined),
      async close() {
        await Promise.all(workers.map((worker) => worker.kill()));
        await installation.close();
        await bell.close();
        await redis.destroy();
      },
    };
  },
};
