import { setTimeout as sleep } from 'node:timers/promises';
import { flawsOf, tidy } from '../batch.js';
import type { Installation, Service } from '../installation.js';
import type { OwnDatabase } from '../own-database.js';
import { verdictLine } from '../report.js';
import { lookWhatIsOver, TrackedJob } from '../tracked-job.js';
import type { Expected, Flaw } from '../verdict.js';

/** Something that happens to everybody at once while many jobs are under way. */
export interface Storm {
  readonly name: string;
  /** Why it cannot take place here. */
  readonly impossible?: string | undefined;
  /** An installation with its workers at work, in a database of that server unless it needs one that is its own alone. */
  prepare(server: OwnDatabase, brief: boolean): Promise<Weather>;
}

export interface Weather {
  readonly installation: Installation;
  strike(): Promise<void>;
  /** Why what was to happen has not happened. */
  missed(): string | undefined;
  close(): Promise<void>;
}

export interface StormOptions {
  readonly server: OwnDatabase;
  /** Sites. */
  readonly count: number;
  /** Struck while they are built, and not again while they are torn down. */
  readonly brief: boolean;
  readonly say: (line: string) => void;
  /** What is to be closed should everything end early. */
  readonly closing: Set<() => Promise<void>>;
}

/** Work without any end for so long: something is stuck. */
const patienceMs = 90_000;

/** Lets sites be built and torn down in a storm. Prints its verdict; true when nothing was lost. */
export async function runStorm(storm: Storm, { server, count, brief, say, closing }: StormOptions): Promise<boolean> {
  if (storm.impossible !== undefined) {
    say(`${storm.name}: skipped, ${storm.impossible}`);
    return true;
  }
  const weather = await storm.prepare(server, brief);
  const { installation } = weather;
  const close = (): Promise<void> => weather.close();
  closing.add(close);
  try {
    const services = await inTurn(count, (at) => installation.order(installation.shops[at % installation.shops.length]!));
    const flaws = new Map<Service, Flaw[]>(services.map((service) => [service, []]));
    const wave = async (jobs: readonly TrackedJob[], end: Expected): Promise<void> => {
      if (end === 'built' || !brief) {
        const underWay = await strikeAmid(weather, jobs);
        say(`${storm.name}: struck with ${underWay} of ${count} jobs under way (to be ${end})`);
      }
      await untilOver(installation, jobs);
      for (const [job, found] of await flawsOf(installation, jobs, () => end)) flaws.get(job.service)!.push(...found);
    };
    await wave(
      services.map((service) => new TrackedJob(service.createJobId, service, { scenario: 'create' })),
      'built',
    );
    const ends = await inTurn(
      count,
      async (at) => new TrackedJob(await installation.terminate(services[at]!), services[at]!, { scenario: 'terminate' }),
    );
    await wave(ends, 'terminated');
    const strays = tidy(installation);
    const missed = weather.missed();
    for (const [{ serviceId }, found] of flaws)
      for (const { kind, what } of found) say(`${storm.name}: FAILED service ${serviceId}: ${kind}: ${what}`);
    for (const { kind, what } of strays) say(`${storm.name}: FAILED ${kind}: ${what}`);
    if (missed !== undefined) say(`${storm.name}: not met: ${missed}`);
    const failed = [...flaws.values()].filter((found) => found.length > 0).length;
    say(`${storm.name}: ${verdictLine(count - failed, count, [...flaws.values(), strays])}`);
    return failed === 0 && strays.length === 0 && missed === undefined;
  } finally {
    if (closing.delete(close)) await close();
  }
}

async function inTurn<T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let at = 0; at < count; at += 1) made.push(await make(at));
  return made;
}

/** Strikes when the jobs have made their first steps. Answers how many of them were not over then. */
async function strikeAmid(weather: Weather, jobs: readonly TrackedJob[]): Promise<number> {
  const { pool } = weather.installation;
  const ids = jobs.map(({ jobId }) => jobId);
  for (;;) {
    const { rows } = await pool.query<{ steps: number; open: number }>(
      `SELECT (SELECT count(DISTINCT job_id)::int FROM provisioning_step WHERE job_id = ANY ($1::bigint[])) AS steps,
         (SELECT count(*)::int FROM provisioning_job WHERE id = ANY ($1::bigint[]) AND finished_at IS NULL) AS open`,
      [ids],
    );
    const { steps, open } = rows[0]!;
    if (steps >= ids.length / 2 || open < ids.length) {
      await weather.strike();
      return open;
    }
    await sleep(20);
  }
}

async function untilOver(installation: Installation, jobs: readonly TrackedJob[]): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until && !jobs.every((job) => job.over)) {
    await sleep(100);
    // The database may be the one that is away.
    await lookWhatIsOver(installation, jobs).catch(() => undefined);
  }
}
