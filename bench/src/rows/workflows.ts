import { insertJobs, type StartJobs, type WorkloadName } from '../engine/index.js';
import { DoorbellPath, type Backend } from '../queue/index.js';
import type { Goal } from '../report/index.js';
import type { Bench, Row } from './bench.js';
import { EngineSide, sampleOf } from './engine-side.js';

const atOnce = 50;

function throughput(name: string, about: string, workload: WorkloadName, goal: Goal): Row {
  return {
    name,
    about,
    async run(bench: Bench) {
      const side = await EngineSide.open(bench, { workload });
      try {
        await side.warmUp(atOnce);
        await bench.compare(
          { row: name, of: about, unit: 'workflows/s', against: 'pg, one commit a step', goal },
          {
            floor: async () => sampleOf(await side.below(atOnce), ({ perSecond }) => perSecond),
            ours: async () => sampleOf(await side.ours(atOnce), ({ perSecond }) => perSecond),
          },
        );
      } finally {
        await side.close();
      }
    },
  };
}

export const workflows = throughput('workflows', 'workflows of 9 empty steps, 50 at once, started directly', 'plain', {
  better: 'more',
  must: 1,
  aim: 2,
});

export const workflowsIntents = throughput(
  'workflows-intents',
  'the same with an intent committed before every step, and a look for what it claims',
  'intents',
  { better: 'more', must: 0.6, aim: 1.2 },
);

export const workflowsAlone: Row = {
  name: 'workflows-alone',
  about: 'median time of one workflow of 9 empty steps that is alone',
  async run(bench) {
    const side = await EngineSide.open(bench, { workload: 'plain' });
    try {
      await side.warmUp(1);
      await bench.compare(
        { row: this.name, of: this.about, unit: 'ms', against: 'pg, one commit a step', goal: { better: 'less', must: 2, aim: 1.3 } },
        {
          pair: () => side.inTurn(bench.quick ? 200 : 500),
        },
      );
    } finally {
      await side.close();
    }
  },
};

/** Started as in production: the row, then a ring through the queue, then the loop that it wakes. */
function throughQueue(backend: Backend): Row {
  return {
    name: `workflows-${backend}`,
    about: `workflows of 9 empty steps, ${atOnce} at once, rung for through ${backend}`,
    async run(bench: Bench) {
      const servers = await bench.queueServers(backend);
      if (!servers) return;
      const bell: { path?: DoorbellPath } = {};
      const start: StartJobs = async ({ pool }, jobs) => {
        await insertJobs(pool, jobs);
        await bell.path?.ring(jobs.length);
      };
      const side = await EngineSide.open(bench, { workload: 'plain' }, start);
      const path = (bell.path = await DoorbellPath.open(servers, () => side.engine.runner));
      try {
        await side.warmUp(atOnce);
        await bench.compare(
          { row: this.name, of: this.about, unit: 'workflows/s', against: 'pg, one commit a step' },
          {
            floor: async () => sampleOf(await side.below(atOnce), ({ perSecond }) => perSecond),
            ours: async () => sampleOf(await side.ours(atOnce), ({ perSecond }) => perSecond),
          },
        );
      } finally {
        await path.close();
        await side.close();
      }
    },
  };
}

export const workflowsRedis = throughQueue('redis');
export const workflowsPostgres = throughQueue('postgres');

/** On a disk whose flush takes 2 ms, as a usual cloud volume's does: whoever flushes for the others sleeps that long before it does. */
export const workflowsSlowFlush: Row = {
  name: 'workflows-slow-flush',
  about: 'workflows of 9 empty steps on a disk that flushes in 2 ms, 200 at once, against the floor with 50 at once',
  async run(bench) {
    const database = 'slow';
    await bench.panelDatabase(database);
    await bench.administer(`ALTER DATABASE ${database} SET commit_delay = 2000`, `ALTER DATABASE ${database} SET commit_siblings = 0`);
    const side = await EngineSide.open(bench, { workload: 'plain', database });
    try {
      await side.warmUp(atOnce);
      await bench.compare(
        {
          row: this.name,
          of: this.about,
          unit: 'workflows/s',
          against: 'pg, one commit a step',
          goal: { better: 'more', must: 2, aim: 4 },
        },
        {
          floor: async () => sampleOf(await side.below(atOnce), ({ perSecond }) => perSecond),
          ours: async () => sampleOf(await side.ours(200), ({ perSecond }) => perSecond),
        },
      );
    } finally {
      await side.close();
    }
  },
};
