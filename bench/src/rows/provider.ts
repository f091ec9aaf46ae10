import { graphCriticalSteps, providerMs } from '../engine/index.js';
import type { LoopResult } from '../measure/index.js';
import type { Goal } from '../report/index.js';
import type { Bench, Row } from './bench.js';
import { EngineSide, sampleOf } from './engine-side.js';

const steps = 9;
/** Of one workflow alone there are few a second, so their number is given and not the time. */
const alone = { quick: 3, full: 6 };

/** Workflows of nine steps of 100 ms: they begin over the time that one takes. */
const inFlightFor = { leadInSeconds: 1, seconds: 2.5 };

const against = 'pg, one commit a step, the same provider';
/** What the engine adds to a step, beyond what the floor adds to it. */
const perStep = (ours: number, floor: number): number => (ours - floor) / steps;

export const overheadAlone: Row = {
  name: 'overhead-alone',
  about: `what a step costs beyond a provider of ${providerMs} ms, above what the floor's costs: one workflow alone`,
  async run(bench) {
    const side = await EngineSide.open(bench, { workload: 'provider' });
    try {
      await side.inTurn(1, providerMs);
      await bench.compare(
        { row: this.name, of: this.about, unit: 'ms', against, goal: { better: 'less', must: 1, aim: 0.3 }, figure: perStep },
        { pair: () => side.inTurn(bench.quick ? alone.quick : alone.full, providerMs) },
      );
    } finally {
      await side.close();
    }
  },
};

/** Milliseconds of processor that one workflow takes, of all processes that work for it. */
export function cpuMs({ cpu, perSecond }: LoopResult): number {
  return (((cpu['node'] ?? 0) + (cpu['postgres'] ?? 0)) / 100 / perSecond) * 1000;
}

/** One measurement, two figures: what is added to each step, and what a workflow takes of the processors. */
export const overheadInFlight: Row = {
  name: 'overhead-200',
  about: `the same with 200 workflows in flight`,
  async run(bench) {
    const side = await EngineSide.open(bench, { workload: 'provider' });
    const cpu: { ours: LoopResult[]; floor: LoopResult[] } = { ours: [], floor: [] };
    try {
      await side.warmUp(200, 1);
      await bench.compare(
        { row: this.name, of: this.about, unit: 'ms', against, goal: { better: 'less', must: 3, aim: 1 }, figure: perStep },
        {
          floor: async () => {
            const result = await side.below(200, { ...inFlightFor, providerMs });
            cpu.floor.push(result);
            return sampleOf(result, ({ p50Ms }) => p50Ms);
          },
          ours: async () => {
            const result = await side.ours(200, inFlightFor);
            cpu.ours.push(result);
            return sampleOf(result, ({ p50Ms }) => p50Ms);
          },
        },
      );
      bench.report(
        { row: 'cpu-200', of: 'processor time of one workflow, of all processes, with 200 in flight', unit: 'ms', against },
        cpu.ours.map((ours, at) => ({ ours: { value: cpuMs(ours), cpu: ours.cpu }, floor: { value: cpuMs(cpu.floor[at]!) } })),
      );
    } finally {
      await side.close();
    }
  },
};

function graph(name: string, inFlight: number, goal: Goal): Row {
  const critical = graphCriticalSteps * providerMs;
  return {
    name,
    about: `wall time ÷ critical path of nine steps of ${providerMs} ms, the longest way being ${graphCriticalSteps} of them, ${inFlight} in flight`,
    async run(bench: Bench) {
      const side = await EngineSide.open(bench, { workload: 'graph', concurrency: Math.max(200, inFlight) });
      try {
        await side.ours(inFlight, { seconds: 1 });
        await bench.compare(
          { row: name, of: this.about, unit: 'ms', against: `${critical} ms`, goal },
          {
            floor: () => Promise.resolve({ value: critical }),
            ours: async () => sampleOf(await side.ours(inFlight, { leadInSeconds: 0.6 }), ({ p50Ms }) => p50Ms),
          },
        );
      } finally {
        await side.close();
      }
    },
  };
}

export const graphAlone = graph('graph-1', 1, { better: 'less', must: 1.03, aim: 1.02 });
export const graphInFlight = graph('graph-200', 200, { better: 'less', must: 1.07, aim: 1.04 });
export const graphCrowded = graph('graph-1000', 1000, { better: 'less', must: 1.15, aim: 1.09 });
