import { BenchWorker, ServiceJobs, ServiceSupply } from '../engine/index.js';
import { closedLoop, type LoopResult } from '../measure/index.js';
import type { Sample } from '../report/index.js';
import { answerMs, callsOfJob, errandProgram, errands, ills, Provider, type Ill } from '../sick/index.js';
import type { Bench, Row } from './bench.js';

const atOnce = 20;
/** As many as a worker takes up at once. */
const sickJobs = 200;

const words: Readonly<Record<Ill, string>> = {
  silent: 'takes connections and never answers',
  storm: 'says 429 to everything',
  expired: 'no longer takes the token',
};

/** Jobs of a server of its own, at a provider of its own. */
class Place {
  private constructor(
    readonly jobs: ServiceJobs,
    readonly provider: Provider,
  ) {}

  static async open(worker: BenchWorker): Promise<Place> {
    const provider = await Provider.start();
    const services = await ServiceSupply.open(worker.pool, [{ name: 'site', extension: 'errands', settings: { url: provider.url } }]);
    return new Place(new ServiceJobs(worker, services, (id) => errandProgram(id, services.serverOf('site'))), provider);
  }
}

/** What one of `atOnce` jobs takes on average, the delayed ones included; of that the median is told as well. */
function sampleOf({ perSecond, p50Ms, p99Ms, count, cpu }: LoopResult): Sample {
  return { value: (atOnce * 1_000) / perSecond, cpu, details: { p50_ms: p50Ms, p99_ms: p99Ms, count } };
}

/**
 * The floor is the same jobs in the same worker a moment before, while nothing is at the other server. Ours begins with the moment in which
 * 200 jobs become due at the server that is ill, so what they take up until they are parked is in it. The calls go over HTTP, through the
 * gate that stands before every provider.
 */
function beside(ill: Ill): Row {
  return {
    name: `sick-server-${ill}`,
    about: `${atOnce} jobs at once of ${callsOfJob} calls of ${answerMs} ms, while ${sickJobs} jobs wait for another server that ${words[ill]}`,
    async run(bench: Bench) {
      // Every run has a database of its own: jobs that wait from the one before would be in the way of its floor.
      const run = { number: 0 };
      const open: { worker?: BenchWorker; well?: Place; sick?: Place } = {};
      const processes = await bench.processes();
      const loop = (): Promise<LoopResult> =>
        closedLoop({ concurrency: atOnce, seconds: bench.seconds, processes }, () => open.well!.jobs.work());
      const close = async (): Promise<void> => {
        await open.sick?.provider.stop();
        await open.well?.provider.stop();
        await open.worker?.close();
        delete open.worker;
      };
      const floor = async (): Promise<Sample> => {
        if (open.worker) await close();
        run.number += 1;
        const connectionString = await bench.panelDatabase(`sick_${ill}_${run.number}`);
        open.worker = await BenchWorker.open({ connectionString, extensions: [errands()] });
        open.well = await Place.open(open.worker);
        open.sick = await Place.open(open.worker);
        await open.well.jobs.prepare(2_000);
        await open.sick.jobs.prepare(sickJobs);
        await closedLoop({ concurrency: atOnce, seconds: 1 }, () => open.well!.jobs.work());
        await open.worker.pool.query('ANALYZE');
        return sampleOf(await loop());
      };
      const ours = async (): Promise<Sample> => {
        open.sick!.provider.ill = ill;
        await open.sick!.jobs.begin(sickJobs);
        return sampleOf(await loop());
      };
      try {
        await bench.compare(
          {
            row: this.name,
            of: this.about,
            unit: 'ms',
            against: 'the same without them',
            goal: { better: 'less', must: 1.1, aim: 1.03 },
          },
          { floor, ours },
        );
      } finally {
        await close();
      }
    },
  };
}

export const sickServers: readonly Row[] = ills.map(beside);
