import { setTimeout as sleep } from 'node:timers/promises';
import { Installation } from '../installation.js';
import type { LeanWorker } from '../worker-process.js';
import type { Storm } from './storm.js';

/** Short, so that what a worker held is soon another's. */
const leaseMs = 1_000;
/** For the other to get on with what it took over. */
const alongMs = 1_000;
/** A lease lasts a second, and is taken at the next sweep: on a machine that is busy with other things that takes longer. */
const atMostMs = 20_000;
const leaseLost = 'the worker lost its lease';

/** A worker that is paused past its lease, and goes on afterwards as if nothing had been. The other one has its jobs by then. */
export const pausedWorker: Storm = {
  name: 'a worker paused past its lease',
  async prepare(server, brief) {
    const installation = await Installation.open({
      databaseUrl: await server.newDatabase(),
      shops: 2,
      speed: 0.01,
      environment: { LOG_LEVEL: 'warn' },
    });
    const workers = [installation.newWorker(), installation.newWorker()];
    for (const worker of workers) await worker.start({ type: 'start', leaseMs, orders: [], calls: false, reads: {} }, () => undefined);
    let pauses = 0;
    const losses = (): number => installation.lines.filter((line) => line.includes(leaseLost)).length;
    const leasesOf = async (worker: LeanWorker): Promise<number> =>
      (await installation.pool.query(`SELECT 1 FROM worker WHERE name = $1`, [`lean worker ${worker.pid}`])).rowCount!;
    return {
      installation,
      async strike() {
        for (const worker of brief ? workers : [...workers, ...workers]) {
          worker.signal('SIGSTOP');
          await until(async () => (await leasesOf(worker)) === 0);
          await sleep(alongMs);
          worker.signal('SIGCONT');
          pauses += 1;
          await until(() => losses() >= pauses);
        }
      },
      missed() {
        const lost = losses();
        return lost < pauses ? `${pauses} pauses, and only ${lost} times a worker found that it had lost its lease` : undefined;
      },
      async close() {
        await Promise.all(workers.map((worker) => worker.kill()));
        await installation.close();
      },
    };
  },
};

/** Waits for it, but not for ever. */
async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + atMostMs;
  while (!(await is()) && Date.now() < end) await sleep(50);
}
