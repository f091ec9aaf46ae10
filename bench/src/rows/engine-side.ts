import { BenchEngine, type EngineOptions, type StartJobs } from '../engine/index.js';
import { PgFloor } from '../floor/index.js';
import { closedLoop, inTurn, median, meterCpu, type LoopOptions, type LoopResult } from '../measure/index.js';
import type { Sample } from '../report/index.js';
import type { Bench } from './bench.js';

/** Services per second that are made ahead of a measurement, so that none is made within it. */
const servicesPerSecond = 6_000;

/** How long is measured, and how long before that the work begins. */
type Length = Partial<Pick<LoopOptions, 'seconds' | 'leadInSeconds'>>;

/** Turns the result of a loop into one side of a comparison. */
export function sampleOf(result: LoopResult, value: (result: LoopResult) => number): Sample {
  const { perSecond, p50Ms, p99Ms, cpu, count } = result;
  return { value: value(result), cpu, details: { per_s: perSecond, p50_ms: p50Ms, p99_ms: p99Ms, count } };
}

/** The engine and the floor on one database, warmed up. */
export class EngineSide {
  private constructor(
    private readonly bench: Bench,
    readonly engine: BenchEngine,
    readonly floor: PgFloor,
    private readonly processes: Record<string, number>,
  ) {}

  static async open(
    bench: Bench,
    { database, ...options }: Omit<EngineOptions, 'connectionString'> & { readonly database?: string },
    start?: StartJobs,
  ): Promise<EngineSide> {
    const connectionString = await bench.panelDatabase(database);
    const engine = await BenchEngine.open({ connectionString, ...options }, start);
    return new EngineSide(bench, engine, await PgFloor.open(connectionString), await bench.processes());
  }

  /** Both sides at that concurrency, once without measuring. Statistics are brought up to date, as the server does within a minute. */
  async warmUp(concurrency: number, seconds = 1): Promise<void> {
    await this.engine.services.fill(servicesPerSecond);
    await closedLoop({ concurrency, seconds }, () => this.floor.work());
    await closedLoop({ concurrency, seconds }, () => this.engine.work());
    await this.engine.pool.query('ANALYZE');
    await closedLoop({ concurrency, seconds }, () => this.engine.work());
  }

  async ours(concurrency: number, { seconds = this.bench.seconds, leadInSeconds = 0 }: Length = {}): Promise<LoopResult> {
    await this.engine.services.fill(Math.ceil(servicesPerSecond * seconds));
    return closedLoop({ concurrency, seconds, leadInSeconds, processes: this.processes }, () => this.engine.work());
  }

  async below(
    concurrency: number,
    { seconds = this.bench.seconds, leadInSeconds = 0, providerMs }: Length & { readonly providerMs?: number } = {},
  ): Promise<LoopResult> {
    return closedLoop({ concurrency, seconds, leadInSeconds, processes: this.processes }, () => this.floor.work(providerMs));
  }

  /** One workflow of each side at a time, in turn: the medians of what they took. */
  async inTurn(count: number, providerMs?: number): Promise<{ readonly ours: Sample; readonly floor: Sample }> {
    await this.engine.services.fill(count);
    const stop = meterCpu(this.processes);
    const [below, above] = await inTurn(
      count,
      () => this.floor.work(providerMs),
      () => this.engine.work(),
    );
    return { floor: { value: median(below) }, ours: { value: median(above), cpu: stop() } };
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.floor.close();
  }
}
