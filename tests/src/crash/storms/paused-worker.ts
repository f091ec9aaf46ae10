import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../installation.js';
import type { Storm } from './storm.js';

/** Longer than the lease of a second, and as long again for the other to get on with what it took over. */
const pauseMs = 2_200;
const leaseLost = 'the worker lost its lease';

/** A worker that is paused past its lease, and goes on afterwards as if nothing had been. The other one has its jobs by then. */
export const pausedWorker: Storm = {
  name: 'a worker paused past its lease',
  async prepare(server) {
    const installation = await Installation.open({
      databaseUrl: await server.newDatabase(),
      shops: 2,
      speed: 0.01,
      environment: { LOG_LEVEL: 'warn' },
    });
    const workers = [installation.newWorker(), installation.newWorker()];
    for (const worker of workers) await worker.start({ type: 'start', orders: [], calls: false, reads: {} }, () => undefined);
    let pauses = 0;
    return {
      installation,
      async strike() {
        for (const worker of [...workers, ...workers]) {
          worker.signal('SIGSTOP');
          await sleep(pauseMs);
          worker.signal('SIGCONT');
          await sleep(300);
          pauses += 1;
        }
      },
      missed() {
        const lost = installation.lines.filter((line) => line.includes(leaseLost)).length;
        return lost < pauses ? `${pauses} pauses, and only ${lost} times a worker found that it had lost its lease` : undefined;
      },
      async close() {
        await Promise.all(workers.map((worker) => worker.kill()));
        await installation.close();
      },
    };
  },
};
