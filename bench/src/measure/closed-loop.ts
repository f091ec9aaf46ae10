import { meterCpu, type CpuShares } from './cpu-meter.js';
import { percentile, rounded } from './statistics.js';

export interface LoopOptions {
  /** How many at once; each begins anew when its last one has ended. */
  readonly concurrency: number;
  readonly seconds: number;
  /** Processes whose share of the processor is told, by name. */
  readonly processes?: Readonly<Record<string, number>>;
}

export interface LoopResult {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpu: CpuShares;
}

/** Does `work` again and again, `concurrency` at once, until the time is up. */
export async function closedLoop({ concurrency, seconds, processes }: LoopOptions, work: () => Promise<unknown>): Promise<LoopResult> {
  const latencies: number[] = [];
  const stop = meterCpu(processes);
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const at = performance.now();
      await work();
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const perSecond = latencies.length / ((performance.now() - begun) / 1000);
  return {
    count: latencies.length,
    perSecond: rounded(perSecond),
    p50Ms: rounded(percentile(latencies, 50)),
    p99Ms: rounded(percentile(latencies, 99)),
    cpu: stop(),
  };
}

/** Two things in turn, one call at a time; what each took, in milliseconds. */
export async function inTurn(
  count: number,
  first: () => Promise<number | void>,
  second: () => Promise<number | void>,
  pause: (at: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly [number[], number[]]> {
  const times: readonly [number[], number[]] = [[], []];
  for (let at = 0; at < count; at += 1) {
    for (const [side, work] of [first, second].entries()) {
      await pause(at);
      const begun = performance.now();
      const own = await work();
      times[side]!.push(own ?? performance.now() - begun);
    }
  }
  return times;
}
