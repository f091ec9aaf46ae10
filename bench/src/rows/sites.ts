import { meterCpu } from '../measure/index.js';
import { idealWallMs, Stage } from '../stage/index.js';
import type { Sample } from '../report/index.js';
import type { Bench, Row } from './bench.js';

const sites = 20;
/** Of the providers: their tasks take from about a tenth of a second to one and a half. */
const speed = 0.02;
/** A poll every few milliseconds: what is seen of a task then is the task itself. */
const closeLook = 0.001;

let databases = 0;
async function stage(bench: Bench, waitScale: number): Promise<Stage> {
  databases += 1;
  return Stage.open({ connectionString: await bench.panelDatabase(`sites_${databases}`), speed, waitScale });
}

/** What the caps allow, from one site that has the providers to itself and is looked at without pause. */
async function allowed(bench: Bench): Promise<Sample> {
  const site = await stage(bench, closeLook);
  try {
    await site.build(1); // connections, certificates and code are warm afterwards
    const alone = await site.siteAlone();
    return { value: idealWallMs(alone, sites, await site.caps()), details: { alone_ms: Math.round(alone.endMs) } };
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
 * What the caps allow is worked out anew in every run, from one site that had the providers to itself: its steps are taken with the length
 * they had then (the engine looked every few milliseconds, so that is the provider's own time), and so are the pauses between them. Twenty
 * such sites are put on as many places as each provider has, without a gap, first come, first served: the total time of what needs a place
 * ÷ places, with the head and the tail in which not all places can be taken. Our wall time is from the first order to the last delivery on
 * the database's clock, through the worker application, its waits shortened as much as the providers' time.
 */
export const sitesTogether: Row = {
  name: 'sites-20',
  about: `${sites} sites ordered at once, at providers that do ten tasks or fewer at once`,
  async run(bench) {
    await bench.compare(
      { row: this.name, of: this.about, unit: 'ms', against: 'what the caps allow', goal: { better: 'less', must: 1.15, aim: 1.05 } },
      {
        floor: () => allowed(bench),
        ours: () => together(bench),
      },
    );
  },
};
