import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashRun } from './crash-run.js';
import type { Installation, Service } from './installation.js';
import type { KillRounds, RoundsOptions } from './kill-rounds.js';
import { TrackedJob, type JobPlan } from './tracked-job.js';
import { databaseFlaws, leftovers, ledgerOf, siteFlaws, type Expected, type Flaw } from './verdict.js';

/** What one service goes through. */
export interface ServicePlan {
  readonly first: JobPlan;
  /** Of a site that stands at last. */
  readonly terminate?: JobPlan;
}

export interface RunOutcome {
  readonly run: CrashRun;
  /** Its worker was killed at that very point. */
  readonly reached: boolean;
  /** Its provider answered as the run says. */
  readonly answered: boolean;
  /** It has come to where only a person can tell, by the word of its module. */
  readonly asks?: true;
  readonly flaws: readonly Flaw[];
}

export interface BatchOutcome {
  readonly runs: readonly RunOutcome[];
  readonly jobs: readonly TrackedJob[];
  /** What went wrong and belongs to no run. */
  readonly strays: readonly Flaw[];
  readonly kills: number;
}

/** Another job's rest may still be under way when one is looked at. */
const tidyWithinMs = 2_000;

/** Lets services be built, and torn down, by workers that are killed, and judges what is there afterwards. */
export async function carryOut(
  installation: Installation,
  rounds: KillRounds,
  plans: readonly ServicePlan[],
  options: RoundsOptions,
): Promise<BatchOutcome> {
  const { shops } = installation;
  const services: Service[] = [];
  for (const [at] of plans.entries()) services.push(await installation.order(shops[at % shops.length]!));
  const first = plans.map(({ first: plan }, at) => new TrackedJob(services[at]!.createJobId, services[at]!, plan));
  let kills = await rounds.run(first, options);
  const outcomes: RunOutcome[] = [];
  const strays: Flaw[] = [];
  const flawless = new Set(services);
  const judge = async (jobs: readonly TrackedJob[], expected: (job: TrackedJob) => Expected): Promise<void> => {
    await sleep(Math.max(0, ...jobs.map((job) => job.quietFrom + 200 - Date.now())));
    const flaws = await flawsOf(installation, jobs, expected);
    for (const job of jobs) {
      const found = flaws.get(job)!;
      if (found.length > 0) flawless.delete(job.service);
      const { run } = job.plan;
      if (run) outcomes.push({ run, reached: job.crashed, answered: job.answered, flaws: found });
      else
        strays.push(...found.map((flaw) => ({ ...flaw, what: `${job.plan.scenario} of service ${job.service.serviceId}: ${flaw.what}` })));
    }
  };
  await judge(first, (job) => (job.plan.scenario === 'create' ? 'built' : 'rolled back'));

  const standing = plans.flatMap(({ first: { scenario }, terminate }, at) => {
    const service = services[at]!;
    return scenario === 'create' && flawless.has(service) ? [{ service, plan: terminate ?? { scenario: 'terminate' as const } }] : [];
  });
  const last: TrackedJob[] = [];
  for (const { service, plan } of standing) last.push(new TrackedJob(await installation.terminate(service), service, plan));
  if (last.length > 0) {
    kills += await rounds.run(last, options);
    await judge(last, () => 'terminated');
  }
  installation.accounted.push(...services.filter((service) => !flawless.has(service)));
  strays.push(...tidy(installation));
  await letADayPass(installation, [...flawless]);
  return { runs: outcomes, jobs: [...first, ...last], strays, kills };
}

/** What is wrong with each job, once everything had a moment to come to rest. */
export async function flawsOf(
  installation: Installation,
  jobs: readonly TrackedJob[],
  expected: (job: TrackedJob) => Expected,
): Promise<Map<TrackedJob, Flaw[]>> {
  const services = jobs.map((job) => job.service);
  const flaws = new Map<TrackedJob, Flaw[]>();
  const until = Date.now() + tidyWithinMs;
  const ledgers = new Map(installation.shops.map((shop) => [shop, ledgerOf(shop, services)]));
  for (const job of jobs) {
    const end = expected(job);
    let inDatabase = await databaseFlaws(installation, job.jobId, end);
    while (inDatabase.length > 0 && Date.now() < until) {
      await sleep(500);
      inDatabase = await databaseFlaws(installation, job.jobId, end);
    }
    const entries = ledgers.get(job.service.shop)!.of(job.service);
    flaws.set(job, [...inDatabase, ...(end === 'built' ? siteFlaws(entries, job.service.shop.sold.delivered) : leftovers(entries))]);
  }
  return flaws;
}

/** What is left at providers that belongs to nobody, and what a provider says was done that must never be. */
export function tidy({ shops, accounted }: Installation): Flaw[] {
  return shops.flatMap((shop) => {
    const { strange } = ledgerOf(shop, accounted);
    for (const provider of Object.values(shop.providers)) provider.clearFaults();
    const violations = Object.values(shop.providers).flatMap((provider) => provider.violations());
    return [...leftovers(strange), ...violations.map((what): Flaw => ({ kind: 'doubled', what: `violation: ${what}` }))];
  });
}

/** Numbers and addresses of services that left nothing can be had again. */
export async function letADayPass({ pool }: Installation, services: readonly Service[]): Promise<void> {
  await pool.query(`UPDATE reservation SET free_at = now() WHERE service_id = ANY ($1::bigint[]) AND free_at IS NOT NULL`, [
    services.map(({ serviceId }) => serviceId),
  ]);
}
