import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '@hostwright/sdk';
import { letADayPass, tidy, type BatchOutcome, type RunOutcome } from '../batch.js';
import { isRefused, nowhere, type Scenario } from '../crash-run.js';
import type { Installation, Service } from '../installation.js';
import type { KillRounds, RoundsOptions } from '../kill-rounds.js';
import { TrackedJob, type JobPlan } from '../tracked-job.js';
import { databaseFlaws, leftovers, ledgerOf, siteFlaws, type Flaw } from '../verdict.js';
import { DeedDesk } from './deed-desk.js';
import { seeEnd } from './end-state.js';
import type { Life, PlannedDeed } from './lives.js';
import type { References } from './references.js';

/** A life, and what happens to it. */
export interface Walk {
  readonly life: Life;
  /** What disturbs its deeds. */
  readonly plans: ReadonlyMap<Scenario, Pick<JobPlan, 'run' | 'aim'>>;
}

interface Walker {
  readonly life: Life;
  readonly service: Service;
  readonly plans: Walk['plans'];
  readonly answers: Map<string, Json>;
  flawed: boolean;
}

export interface PlayOptions extends RoundsOptions {
  /** Nobody is disturbed: what each deed comes to is learned. */
  readonly learning: boolean;
}

/** What another job does may still be under way when one is looked at. */
const tidyWithinMs = 2_000;

/** Lets services live side by side, deed by deed, with workers that are killed, and judges every deed when it is over. */
export async function play(
  installation: Installation,
  rounds: KillRounds,
  references: References,
  walks: readonly Walk[],
  options: PlayOptions,
): Promise<BatchOutcome> {
  const desk = new DeedDesk(installation);
  const walkers: Walker[] = [];
  for (const [at, { life, plans }] of walks.entries()) {
    const shops = installation.shops.filter(({ sold }) => sold.name === life.sold.name);
    const service = await installation.order(shops[at % shops.length]!);
    walkers.push({ life, service, plans, answers: new Map(), flawed: false });
  }
  const runs: RunOutcome[] = [];
  const jobs: TrackedJob[] = [];
  const strays: Flaw[] = [];
  let kills = 0;
  for (let at = 0; walkers.some(({ life }) => at < life.deeds.length); at += 1) {
    const going = walkers.filter(({ life, flawed }) => !flawed && at < life.deeds.length);
    const under = new Map<TrackedJob, Walker>();
    for (const walker of going) under.set(await begin(desk, walker, walker.life.deeds[at]!), walker);
    kills += await rounds.run([...under.keys()], options);
    await sleep(Math.max(options.learning ? 500 : 0, ...[...under.keys()].map((job) => job.quietFrom + 200 - Date.now())));
    const judged = await judge(installation, references, under, at, options.learning);
    for (const [job, flaws] of judged) {
      const walker = under.get(job)!;
      walker.flawed ||= flaws.length > 0;
      jobs.push(job);
      const { run, scenario } = job.plan;
      if (run) runs.push({ run, reached: job.crashed || run.boundary === nowhere, answered: job.answered, flaws });
      else strays.push(...flaws.map(({ kind, what }) => ({ kind, what: `${scenario}, undisturbed: ${what}` })));
    }
    for (const { providers } of installation.shops) for (const provider of Object.values(providers)) provider.clearFaults();
  }
  installation.flawed.push(...walkers.filter(({ flawed }) => flawed).map(({ service }) => service));
  strays.push(...tidy(installation), ...missingStanding(installation));
  await letADayPass(
    installation,
    walkers.filter(({ life, flawed }) => !flawed && life.deeds.at(-1)!.operation === 'terminate').map(({ service }) => service),
  );
  return { runs, jobs, strays, kills };
}

async function begin(desk: DeedDesk, { service, plans, answers }: Walker, deed: PlannedDeed): Promise<TrackedJob> {
  const jobId = await desk.ask(deed, service, answers);
  return new TrackedJob(jobId, service, { scenario: deed.scenario, operation: deed.operation, ...plans.get(deed.scenario) });
}

/** What is wrong with each, once everything had a moment to come to rest. */
async function judge(
  installation: Installation,
  references: References,
  under: ReadonlyMap<TrackedJob, Walker>,
  at: number,
  learning: boolean,
): Promise<ReadonlyMap<TrackedJob, readonly Flaw[]>> {
  const until = Date.now() + tidyWithinMs;
  const judged = new Map<TrackedJob, readonly Flaw[]>();
  let open = [...under.keys()];
  for (;;) {
    const ledgers = new Map(
      installation.shops.map((shop) => [
        shop,
        ledgerOf(
          shop,
          open.map(({ service }) => service),
        ),
      ]),
    );
    const look = async (job: TrackedJob): Promise<void> => {
      const { life, answers } = under.get(job)!;
      const deed = life.deeds[at]!;
      const things = ledgers.get(job.service.shop)!.of(job.service);
      if (deed.operation === 'terminate' && !isRefused(deed.scenario)) {
        judged.set(job, [...(await databaseFlaws(installation, job.jobId, 'terminated')), ...leftovers(things)]);
        return;
      }
      const end = await seeEnd(installation, job, things);
      answers.set(deed.operation, end.result);
      if (learning) references.learn(deed.scenario, end);
      const named = new Set(deed.leaves?.map(({ kind }) => kind));
      const promised = siteFlaws(
        things.filter(({ kind }) => named.has(kind)),
        deed.leaves ?? [],
      );
      judged.set(job, [...end.flaws, ...promised, ...references.compare(deed.scenario, end)]);
    };
    await Promise.all(open.map(look));
    open = open.filter((job) => judged.get(job)!.length > 0);
    if (open.length === 0 || learning || Date.now() > until) return judged;
    await sleep(400);
  }
}

/** What others had put there before, and somebody took. */
function missingStanding({ shops }: Installation): Flaw[] {
  return shops.flatMap(({ providers, standing }) => {
    const there = new Set(Object.values(providers).flatMap((provider) => provider.ledger().map(({ kind, id }) => `${kind} ${id}`)));
    return [...standing].flatMap((thing): Flaw[] =>
      there.has(thing) ? [] : [{ kind: 'lost', what: `${thing}, which was nobody's, is gone` }],
    );
  });
}
