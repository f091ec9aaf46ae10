import type { WorkloadName } from '../engine/index.js';
import { meterCpu, type CpuShares, type LoopResult } from '../measure/index.js';
import { installPeers, Peer, type PeerResult } from '../peers/index.js';
import type { Sample, Subject } from '../report/index.js';
import type { Backend } from '../queue/index.js';
import type { Bench, Row } from './bench.js';
import { EngineSide, sampleOf } from './engine-side.js';
import { cpuMs } from './provider.js';

const atOnce = 50;

interface PeerSide {
  readonly peer: Peer;
  readonly processes: Record<string, number>;
}

async function dbos(bench: Bench): Promise<PeerSide> {
  await installPeers(bench.options.note);
  const server = await bench.database();
  const peer = await Peer.start('dbos.mjs', { DATABASE_URL: await server.database('dbos') });
  return { peer, processes: { ...(await bench.processes()), peer: peer.pid } };
}

async function bullmq(bench: Bench, backend: Backend): Promise<PeerSide | undefined> {
  const servers = await bench.queueServers(backend);
  if (!servers) return undefined;
  await installPeers(bench.options.note);
  const database = await (await bench.database()).database('peer_queues');
  const peer = await Peer.start('bullmq.mjs', backend === 'redis' ? { REDIS_URL: servers.redisUrl! } : { DATABASE_URL: database });
  return { peer, processes: { ...(await bench.processes()), peer: peer.pid } };
}

async function runPeer(
  { peer, processes }: PeerSide,
  workload: 'plain' | 'provider',
  concurrency: number,
  seconds: number,
): Promise<PeerResult & { readonly cpu: CpuShares }> {
  const stop = meterCpu(processes);
  const result = await peer.run(workload, concurrency, seconds);
  return { ...result, cpu: stop() };
}

/** Workflows a second of nine empty steps, 50 at once: ours, started directly, and a peer's. */
function beside(name: string, against: string, open: (bench: Bench) => Promise<PeerSide | undefined>, goal?: Subject['goal']): Row {
  return {
    name,
    about: `workflows of 9 empty steps, ${atOnce} at once, beside ${against}`,
    async run(bench) {
      const side = await EngineSide.open(bench, { workload: 'plain' });
      const other = await open(bench);
      try {
        if (!other) return;
        await side.warmUp(atOnce);
        await runPeer(other, 'plain', atOnce, 1);
        await bench.compare(
          { row: name, of: this.about, unit: 'workflows/s', against, ...(goal && { goal }) },
          {
            floor: async () => {
              const { perSecond, cpu } = await runPeer(other, 'plain', atOnce, bench.seconds);
              return { value: perSecond, cpu };
            },
            ours: async () => sampleOf(await side.ours(atOnce), ({ perSecond }) => perSecond),
          },
        );
      } finally {
        await other?.peer.stop();
        await side.close();
      }
    },
  };
}

const inFlight = 200;

/** Processor time of a workflow, and how long it takes, against a provider. */
function againstProvider(bench: Bench, other: PeerSide) {
  return async (workload: WorkloadName): Promise<{ readonly ours: LoopResult[]; readonly theirs: (PeerResult & { cpu: CpuShares })[] }> => {
    const side = await EngineSide.open(bench, { workload });
    const results = { ours: [] as LoopResult[], theirs: [] as (PeerResult & { cpu: CpuShares })[] };
    try {
      await side.ours(inFlight, { seconds: 1 });
      for (let run = 0; run < bench.runs; run += 1) {
        results.theirs.push(await runPeer(other, 'provider', inFlight, 2.5));
        results.ours.push(await side.ours(inFlight, { seconds: 2.5 }));
      }
    } finally {
      await side.close();
    }
    return results;
  };
}

const dbosProvider: Row = {
  name: 'peer-dbos-provider',
  about: `processor time and wall time of nine steps of 100 ms, ${inFlight} in flight, beside DBOS`,
  async run(bench) {
    const other = await dbos(bench);
    try {
      const measure = againstProvider(bench, other);
      const against = 'DBOS';
      const sequence = await measure('provider');
      const theirCpuMs = ({ cpu, perSecond }: { cpu: CpuShares; perSecond: number }): number =>
        ((cpu['peer']! + cpu['postgres']!) / 100 / perSecond) * 1000;
      const pairs = (
        ours: LoopResult[],
        theirs: (PeerResult & { cpu: CpuShares })[],
        pick: (ours: LoopResult) => number,
        their: (one: PeerResult & { cpu: CpuShares }) => number,
      ) =>
        ours.map((one, at): { ours: Sample; floor: Sample } => ({
          ours: { value: pick(one), cpu: one.cpu },
          floor: { value: their(theirs[at]!), cpu: theirs[at]!.cpu },
        }));
      bench.report(
        {
          row: 'peer-dbos-cpu',
          of: 'processor time of one workflow against a provider, of all processes',
          unit: 'ms',
          against,
          goal: { better: 'less', must: 1 / 5, aim: 1 / 15 },
        },
        pairs(sequence.ours, sequence.theirs, cpuMs, theirCpuMs),
      );
      const graph = await measure('graph');
      bench.report(
        {
          row: 'peer-dbos-graph',
          of: 'wall time of nine steps of 100 ms, as a graph whose longest way is five, to the same in sequence',
          unit: 'ms',
          against,
          goal: { better: 'less', must: 0.65, aim: 0.57 },
        },
        pairs(
          graph.ours,
          graph.theirs,
          ({ p50Ms }) => p50Ms,
          ({ p50Ms }) => p50Ms,
        ),
      );
    } finally {
      await other.peer.stop();
    }
  },
};

export const peerRows: readonly Row[] = [
  beside('peer-dbos', 'DBOS, started directly', dbos, { better: 'more', must: 8, aim: 16 }),
  beside('peer-bullmq-redis', 'BullMQ on Redis, a flow of ten jobs', (bench) => bullmq(bench, 'redis')),
  beside('peer-bullmq-postgres', 'BullMQ on PostgreSQL, a flow of ten jobs', (bench) => bullmq(bench, 'postgres')),
  dbosProvider,
];
