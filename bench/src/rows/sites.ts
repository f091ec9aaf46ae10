import { meterCpu } from '../measure/index.js';
import { idealWallMs, Stage, type SiteAlone } from '../stage/index.js';
import type { Sample } from '../report/index.js';
import type { Bench, Row } from './bench.js';

const sites = 20;
const cap = 10;
/** Of the providers: their tasks take from about a tenth of a second to one and a half. */
const speed = 0.02;
/** A poll every few milliseconds: what is seen of a task then is the task itself. */
const closeLook = 0.001;

let databases = 0;
async function stage(bench: Bench, waitScale: number): Promise<Stage> {
  databases += 1;
  return Stage.open({ connectionString: await bench.panelDatabase(`sites_${databases}`), speed, waitScale });
}

/** One site with the providers to itself, looked at without pause. */
async function alone(bench: Bench): Promise<SiteAlone> {
  const site = await stage(bench, closeLook);
  try {
    await site.build(1); // connections, certificates and code are warm afterwards
    const { jobs, keys } = await site.permitHolders(() => site.build(1));
    const steps = await site.steps(jobs[0]!);
    return { held: steps.filter(({ key }) => keys.has(key)), endMs: await site.wallMs(jobs) };
  } finally {
    await site.close();
  }
}

async function together(bench: Bench): Promise<Sample> {
  const all = await stage(bench, speed);
  try {
    await all.build(1);
    const stop = meterCpu({ ...(await bench.processes()), worker: all.worker.pid });
    const jobs = await all.build(sites);
    const cpu = stop();
    const violations = Object.values(all.providers).flatMap((provider) => provider.violations());
    if (violations.length > 0) throw new Error(violations.join('; '));
    return { value: await all.wallMs(jobs), cpu };
  } finally {
    await all.close();
  }
}

/**
 * What the cap allows is worked out anew in every run, from one site that had the providers to itself: its steps that hold a place at the
 * provider are taken with the length they had then (the engine looked every few milliseconds, so that is the provider's own time), and
 * what lies between and after them likewise. Twenty such sites are put on ten places without a gap, first come, first served; that is
 * the total time of tasks ÷ 10, with the head and the tail in which fewer than ten can be under way. Our wall time is from the first
 * order to the last delivery on the database's clock, through the worker application, its waits shortened as much as the providers' time.
 */
export const sitesTogether: Row = {
  name: 'sites-20',
  about: `${sites} sites ordered at once from the demo's providers, of which the first does ${cap} tasks at once`,
  async run(bench) {
    await bench.compare(
      { row: this.name, of: this.about, unit: 'ms', against: 'what the cap allows', goal: { better: 'less', must: 1.15, aim: 1.05 } },
      {
        floor: async () => ({ value: idealWallMs(await alone(bench), sites, cap) }),
        ours: () => together(bench),
      },
    );
  },
};
