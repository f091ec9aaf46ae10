import { setTimeout as sleep } from 'node:timers/promises';
import { BenchEngine, insertJobs, type Hooks } from '../engine/index.js';
import { median, meterCpu } from '../measure/index.js';
import { DoorbellPath, EmptyJob, type Backend } from '../queue/index.js';
import type { Goal, Sample } from '../report/index.js';
import type { Bench, Row } from './bench.js';

/** Long enough for everything to fall asleep. */
const pauseMs = 20;

/** The pauses are of uneven length, so that no timer of either side keeps step with them. */
async function pickUps(count: number, one: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    times.push(await one());
    await sleep(pauseMs + (at % 7));
  }
  return times;
}

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
      const sample = async (one: () => Promise<number>): Promise<Sample> => {
        await pickUps(20, one);
        const stop = meterCpu(processes);
        const times = await pickUps(bench.quick ? 100 : 300, one);
        return { value: median(times), cpu: stop() };
      };
      try {
        await engine.services.fill(2_000);
        await sample(ours);
        await bench.compare(
          { row: this.name, of: this.about, unit: 'ms', against: "BullMQ's own empty job", goal },
          { floor: () => sample(() => empty.pickUp()), ours: () => sample(ours) },
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
