import { setTimeout as sleep } from 'node:timers/promises';
import { meterCpu, type CpuShares } from './cpu-meter.js';
import { percentile, rounded } from './statistics.js';

export interface LoopOptions {
  /** How many at once; each begins anew when its last one has ended. */
  readonly concurrency: number;
  readonly seconds: number;
  /**
   * Over that time, before the measurement, they begin one after the other: as many are in flight then as are measured, but they do not
   * all ask for the same in the same moment, as nobody's customers do. Default: all at once, measured from the first.
   */
  readonly leadInSeconds?: number;
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
export async function closedLoop(
  { concurrency, seconds, leadInSeconds = 0, processes }: LoopOptions,
  work: () => Promise<unknown>,
): Promise<LoopResult> {
  const latencies: number[] = [];
  const begun = performance.now() + leadInSeconds * 1000;
  const end = begun + seconds * 1000;
  const lane = async (at: number): Promise<void> => {
    if (leadInSeconds > 0) await sleep((at / concurrency) * leadInSeconds * 1000);
    while (performance.now() < end) {
      const from = performance.now();
      await work();
      if (from >= begun) latencies.push(performance.now() - from);
    }
  };
  const lanes = Promise.all(Array.from({ length: concurrency }, (_, at) => lane(at)));
  if (leadInSeconds > 0) await Promise.race([lanes, sleep(leadInSeconds * 1000)]);
  const stop = meterCpu(processes);
  await lanes;
  // What was under way at the beginning is not counted, but what was at the end is: on the whole it evens out.
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
