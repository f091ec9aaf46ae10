import { setTimeout as sleep } from 'node:timers/promises';
import { BenchEngine, insertJobs, type Hooks } from '../engine/index.js';
import { inTurn, median, meterCpu } from '../measure/index.js';
import { DoorbellPath, EmptyJob, type Backend } from '../queue/index.js';
import type { Goal, Sample } from '../report/index.js';
import type { Bench, Row } from './bench.js';

/** Long enough for everything to fall asleep. */
const pauseMs = 20;

function pickUp(backend: Backend, goal: Goal): Row {
  return {
    name: `pick-up-${backend}`,
    about: `idle pick-up through ${backend}: from the ring to the first line of the operation, durable claim included`,
    async run(bench: Bench) {
      const servers = await bench.queueServers(backend);
      if (!servers) return;
      const hooks: Hooks = {};
      const bell: { path?: DoorbellPath } = {};
      let ringAt = 0;
      const engine = await BenchEngine.open(
        { connectionString: servers.connectionString, workload: 'plain', hooks },
        async ({ pool }, jobs) => {
          await insertJobs(pool, jobs);
          ringAt = performance.now();
          await bell.path?.ring();
        },
      );
      const path = (bell.path = await DoorbellPath.open(servers, () => engine.runner));
      const empty = await EmptyJob.open(servers);
      const ours = async (): Promise<number> => {
        let begunAt = 0;
        hooks.begun = () => (begunAt ||= performance.now());
        await engine.work();
        return begunAt - ringAt;
      };
      const processes = await bench.processes();
      /** Of uneven length, so that no timer of either side keeps step with them. */
      const pause = (at: number): Promise<void> => sleep(pauseMs + (at % 7));
      const pair = async (count: number): Promise<{ ours: Sample; floor: Sample }> => {
        const stop = meterCpu(processes);
        const [below, above] = await inTurn(count, () => empty.pickUp(), ours, pause);
        return { floor: { value: median(below) }, ours: { value: median(above), cpu: stop() } };
      };
      try {
        await engine.services.fill(2_000);
        await pair(50);
        await bench.compare(
          { row: this.name, of: this.about, unit: 'ms', against: "BullMQ's own empty job", goal },
          { pair: () => pair(bench.quick ? 100 : 300) },
        );
      } finally {
        await empty.close();
        await path.close();
        await engine.close();
      }
    },
  };
}

export const pickUpRedis = pickUp('redis', { better: 'less', must: 2.5, aim: 2 });
export const pickUpPostgres = pickUp('postgres', { better: 'less', must: 1.6, aim: 1.3 });
