import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../installation.js';
import { OwnDatabase } from '../own-database.js';
import type { Storm } from './storm.js';

const times = 3;
const betweenMs = 700;
/** Short, so that what a worker held is soon another's. */
const leaseMs = 1_000;

/** PostgreSQL is stopped in the middle of everything, without a word to anybody, and started again. */
export const stoppedDatabase: Storm = {
  name: 'PostgreSQL stopped at once',
  async prepare() {
    // What is committed must be there afterwards, so this one has all its safety.
    const database = await OwnDatabase.start({ durable: true });
    const installation = await Installation.open({ databaseUrl: await database.newDatabase(), shops: 2, speed: 0.01 });
    const workers = [installation.newWorker(), installation.newWorker()];
    for (const worker of workers) await worker.start({ type: 'start', leaseMs, orders: [], calls: false, reads: {} }, () => undefined);
    let stops = 0;
    return {
      installation,
      async strike() {
        for (let time = 0; time < times; time += 1) {
          await database.stopAtOnce();
          stops += 1;
          await sleep(betweenMs);
        }
      },
      missed: () => (stops === 0 ? 'it was never stopped' : undefined),
      async close() {
        await Promise.all(workers.map((worker) => worker.kill()));
        await installation.close();
        await database.remove();
      },
    };
  },
};
