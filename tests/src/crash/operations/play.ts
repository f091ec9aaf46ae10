import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '@hostwright/sdk';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import { letADayPass, tidy, type BatchOutcome, type RunOutcome } from '../batch.js';
import { isRefused, nowhere, type Scenario } from '../crash-run.js';
import type { Installation, Service } from '../installation.js';
import type { KillRounds, RoundsOptions } from '../kill-rounds.js';
import { TrackedJob, type JobPlan } from '../tracked-job.js';
import { databaseFlaws, leftovers, ledgerOf, siteFlaws, taskText, unrest, type Flaw } from '../verdict.js';
import type { BlindSteps } from './blind-steps.js';
import { DeedDesk } from './deed-desk.js';
import { anonymousThings, seeEnd, type EndState } from './end-state.js';
import type { Life, PlannedDeed } from './lives.js';
import type { Parents } from './parents.js';
import type { References } from './references.js';

/** A life, and what happens to it. */
export interface Walk {
  readonly life: Life;
  /** What disturbs its deeds. */
  readonly plans: ReadonlyMap<Scenario, Pick<JobPlan, 'run' | 'aim'>>;
  /** The number of its shop, of however many there are. Default: in turn. */
  readonly shop?: number;
}

interface Walker {
  readonly life: Life;
  readonly service: Service;
  readonly parent: Service | undefined;
  readonly plans: Walk['plans'];
  readonly answers: Map<string, Json>;
  /** It goes no further: something is wrong, or a person is asked. */
  stopped: boolean;
  /** Something of it was at the providers after its last deed. */
  leaves: boolean;
}

interface Judgement {
  readonly flaws: readonly Flaw[];
  readonly asks: boolean;
  readonly leaves: boolean;
}

/** What is known of deeds that nobody disturbs, and what services are added to meanwhile. */
export interface Known {
  readonly references: References;
  readonly blind: BlindSteps;
  readonly parents: Parents;
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
  known: Known,
  walks: readonly Walk[],
  options: PlayOptions,
): Promise<BatchOutcome> {
  const desk = new DeedDesk(installation);
  const walkers: Walker[] = [];
  const shops = walks.map(({ life, shop }, at) => {
    const own = installation.shops.filter(({ sold }) => sold.name === life.sold.name);
    return own[(shop ?? at) % own.length]!;
  });
  const parents = await known.parents.take(shops, options);
  for (const [at, { life, plans }] of walks.entries()) {
    const parent = parents[at];
    const service = await installation.order(shops[at]!, parent);
    walkers.push({ life, service, parent, plans, answers: new Map(), stopped: false, leaves: false });
  }
  const runs: RunOutcome[] = [];
  const jobs: TrackedJob[] = [];
  const strays: Flaw[] = [];
  let kills = 0;
  for (let at = 0; walkers.some(({ life }) => at < life.deeds.length); at += 1) {
    const going = walkers.filter(({ life, stopped }) => !stopped && at < life.deeds.length);
    const under = new Map<TrackedJob, Walker>();
    for (const walker of going) under.set(await begin(desk, walker, walker.life.deeds[at]!), walker);
    kills += await rounds.run([...under.keys()], options);
    await sleep(Math.max(options.learning ? 500 : 0, ...[...under.keys()].map((job) => job.quietFrom + 200 - Date.now())));
    const judged = await judge(installation, known, under, at, options.learning);
    for (const [job, { flaws, asks, leaves }] of judged) {
      const walker = under.get(job)!;
      walker.stopped ||= flaws.length > 0 || asks;
      walker.leaves = leaves;
      jobs.push(job);
      const { run, scenario } = job.plan;
      const reached = job.crashed || run?.boundary === nowhere;
      if (run) runs.push({ run, reached, answered: job.answered, flaws, ...(asks ? { asks } : {}) });
      else strays.push(...flaws.map(({ kind, what }) => ({ kind, what: `${scenario}, undisturbed: ${what}` })));
    }
    for (const { providers } of installation.shops) for (const provider of Object.values(providers)) provider.clearFaults();
  }
  for (const { life, parent, stopped, leaves } of walkers)
    if (parent && !stopped && !leaves && !waitsForSomebody(life)) known.parents.giveBack(parent);
  installation.accounted.push(...walkers.filter(({ stopped, leaves }) => stopped || leaves).map(({ service }) => service));
  strays.push(...tidy(installation), ...missingStanding(installation));
  await letADayPass(
    installation,
    walkers.filter(({ life, stopped }) => !stopped && life.deeds.at(-1)!.operation === 'terminate').map(({ service }) => service),
  );
  return { runs, jobs, strays, kills };
}

/** Its end was refused, so it holds what it has until a person has seen to that. */
function waitsForSomebody({ deeds }: Life): boolean {
  const { operation, scenario } = deeds.at(-1)!;
  return operation === 'terminate' && isRefused(scenario);
}

async function begin(desk: DeedDesk, { service, plans, answers }: Walker, deed: PlannedDeed): Promise<TrackedJob> {
  const jobId = await desk.ask(deed, service, answers);
  return new TrackedJob(jobId, service, { scenario: deed.scenario, operation: deed.operation, ...plans.get(deed.scenario) });
}

/** What has become of each, once everything had a moment to come to rest. */
async function judge(
  installation: Installation,
  known: Known,
  under: ReadonlyMap<TrackedJob, Walker>,
  at: number,
  learning: boolean,
): Promise<ReadonlyMap<TrackedJob, Judgement>> {
  const until = Date.now() + tidyWithinMs;
  const judged = new Map<TrackedJob, Judgement>();
  let open = [...under.keys()];
  for (;;) {
    const services = open.map(({ service }) => service);
    const ledgers = new Map(installation.shops.map((shop) => [shop, ledgerOf(shop, services)]));
    const look = async (job: TrackedJob): Promise<void> => {
      const { life, answers } = under.get(job)!;
      const things = ledgers.get(job.service.shop)!.of(job.service);
      const { end, ...judgement } = await judgementOf(installation, known, job, life.deeds[at]!, things, learning);
      if (end) answers.set(life.deeds[at]!.operation, end.result);
      judged.set(job, { ...judgement, leaves: things.length > 0 });
    };
    await Promise.all(open.map(look));
    open = open.filter((job) => judged.get(job)!.flaws.length > 0);
    if (open.length === 0 || learning || Date.now() > until) return judged;
    await sleep(400);
  }
}

async function judgementOf(
  installation: Installation,
  { references, blind }: Known,
  job: TrackedJob,
  { operation, scenario, leaves = [], keeps = [] }: PlannedDeed,
  things: readonly LedgerEntry[],
  learning: boolean,
): Promise<{ readonly flaws: readonly Flaw[]; readonly asks: boolean; readonly end?: EndState }> {
  if (operation === 'terminate' && !isRefused(scenario)) {
    const flaws = [
      ...(await databaseFlaws(installation, job.jobId, 'terminated')),
      ...leftovers(things.filter(({ kind }) => !keeps.includes(kind))),
    ];
    if (keeps.length === 0) return { flaws, asks: false };
    const kept = { panel: {}, things: anonymousThings(job.service, things) };
    if (learning) references.learn(scenario, kept);
    return { flaws: [...flaws, ...references.compare(scenario, kept)], asks: false };
  }
  const end = await seeEnd(installation, job, things);
  if (!learning && blind.isWhyItAsks(job, end.facts))
    return { flaws: [...unrest(end.facts), ...references.tooMuch(scenario, things)], asks: true, end };
  if (learning) {
    references.learn(scenario, end);
    blind.learn(job);
  }
  const named = new Set(leaves.map(({ kind }) => kind));
  const promised = siteFlaws(
    things.filter(({ kind }) => named.has(kind)),
    leaves,
  );
  const flaws = [...end.flaws, ...promised, ...references.compare(scenario, end)];
  const asked = end.facts.tasks.map(taskText).join('; ') || 'nothing';
  return { flaws: flaws.map(({ kind, what }, at) => ({ kind, what: at === 0 ? `${what} (asked: ${asked})` : what })), asks: false, end };
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
