import { bundle, bundleProgram, criticalPathMs, extensionFor, suppliedParts } from '../bundle/index.js';
import { BenchWorker, ServiceJobs, ServiceSupply } from '../engine/index.js';
import { closedLoop, median, meterCpu } from '../measure/index.js';
import type { Sample } from '../report/index.js';
import type { Bench, Row } from './bench.js';

const inFlight = 50;
const alone = { quick: 3, full: 6 };

/**
 * The floor is the slowest path through the graph of the bundle, worked out from the same graph that its modules are made of: what an order
 * would take if the engine cost nothing. Ours is from the order's commit to the commit of the delivery, journal included.
 */
export const bundleWall: Row = {
  name: 'bundle',
  about: `wall time ÷ slowest path of a product of ${bundle.length} components, one order alone and ${inFlight} in flight`,
  async run(bench: Bench) {
    const critical = criticalPathMs(bundle);
    const worker = await BenchWorker.open({ connectionString: await bench.panelDatabase(), extensions: bundle.map(extensionFor) });
    try {
      const services = await ServiceSupply.open(worker.pool, suppliedParts(bundle));
      const jobs = new ServiceJobs(worker, services, (id) => bundleProgram(bundle, id, (part) => services.serverOf(part)));
      await jobs.prepare(2_000);
      await jobs.work();
      const processes = await bench.processes();
      const one = async (): Promise<number> => {
        const begun = performance.now();
        await jobs.work();
        return performance.now() - begun;
      };
      const ours = async (): Promise<Sample> => {
        const stop = meterCpu(processes);
        const taken: number[] = [];
        for (let at = 0; at < (bench.quick ? alone.quick : alone.full); at += 1) taken.push(await one());
        return { value: median(taken), cpu: stop() };
      };
      const crowd = async (): Promise<Sample> => {
        const { p50Ms, p99Ms, count, cpu } = await closedLoop(
          { concurrency: inFlight, seconds: (2 * critical) / 1000, leadInSeconds: critical / 1000, processes },
          () => jobs.work(),
        );
        return { value: p50Ms, cpu, details: { p99_ms: p99Ms, count } };
      };
      const floor = (): Promise<Sample> => Promise.resolve({ value: critical });
      const subject = { unit: 'ms', against: `slowest path, ${critical} ms`, goal: { better: 'less', must: 1.1, aim: 1.03 } } as const;
      await bench.compare({ row: this.name, of: `${this.about.split(',')[0]}, one order alone`, ...subject }, { floor, ours });
      await bench.compare(
        { row: `${this.name}-${inFlight}`, of: `the same with ${inFlight} orders in flight`, ...subject },
        { floor, ours: crowd },
      );
    } finally {
      await worker.close();
    }
  },
};
