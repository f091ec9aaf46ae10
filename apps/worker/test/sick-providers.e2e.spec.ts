import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { putControl, type FaultKind } from '@hostwright/sdk-testing';
import { BundlePanel } from './support/bundle-panel.js';
import { waitFor } from './support/waits.js';

const product = 'site-alone';
const provider = 'WordPress hosting';
/** As many calls as a process makes to one server at once. */
const callsAtOnce = 32;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function open(options: { speed: number; waitScale: number }): Promise<BundlePanel> {
  const panel = await BundlePanel.open(options);
  try {
    await panel.sellAlone(provider, product, { primaryDomain: 'none', dnsRecord: 'none' });
    return panel;
  } catch (error) {
    await panel.close();
    throw error;
  }
}

/** So many orders of a site, at once. */
function orderSites(panel: BundlePanel, count: number): Promise<readonly string[]> {
  const orders = Array.from({ length: count }, async (_, at) => {
    const order = { productCode: product, customerEmail: `customer${at}@example.com`, order: {}, requestedBy: 'test' };
    return (await panel.stage.provisioning.desk.placeOrder(order)).jobId;
  });
  return Promise.all(orders);
}

/** How many jobs there are in each state. */
async function states(panel: BundlePanel, jobs: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { rows } = await panel.stage.db.pool.query<{ state: string; count: number }>(
    `SELECT state, count(*)::int AS count FROM provisioning_job WHERE id = ANY ($1) GROUP BY state`,
    [jobs],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function untilAll(panel: BundlePanel, jobs: readonly string[], state: string, withinMs = 60_000): Promise<void> {
  await waitFor(
    withinMs,
    async () => ((await states(panel, jobs))[state] === jobs.length ? 'all' : undefined),
    async () => `not all are ${state}: ${JSON.stringify(await states(panel, jobs))}\n${await panel.stage.story(jobs[0]!)}`,
  );
}

/** Every job has met the trouble and waits as a row. */
async function untilParked(panel: BundlePanel, jobs: readonly string[]): Promise<void> {
  const inTrouble = async (): Promise<number> => {
    const { rowCount } = await panel.stage.db.pool.query(
      `SELECT 1 FROM provisioning_step WHERE job_id = ANY ($1) AND trouble_since IS NOT NULL`,
      [jobs],
    );
    return rowCount ?? 0;
  };
  await waitFor(
    30_000,
    async () => ((await inTrouble()) >= jobs.length ? 'all' : undefined),
    async () => `only ${await inTrouble()} of ${jobs.length} jobs wait\n${await panel.stage.story(jobs[0]!)}`,
  );
}

async function tasksEver(panel: BundlePanel): Promise<number> {
  return (await panel.stage.db.pool.query(`SELECT 1 FROM operator_task`)).rowCount ?? 0;
}

const sitesOf = (panel: BundlePanel): number => panel.counts()[provider]?.['site'] ?? 0;

const storm = (panel: BundlePanel, kind: FaultKind): void => panel.at(provider).fault({ kind, times: 1_000_000 });

describe('a provider that is sick', () => {
  jest.setTimeout(120_000);
  let panel: BundlePanel;
  beforeAll(async () => {
    panel = await open({ speed: 0.002, waitScale: 0.005 });
  });
  afterAll(() => panel?.close());
  afterEach(() => expect(panel?.violations() ?? []).toEqual([]));

  it('for ten minutes: the jobs park, nobody is asked anything, the provider is left alone, and all finish when it is back', async () => {
    const minutes = 10 * 60_000 * 0.005;
    storm(panel, 'refuse');
    const jobs = await orderSites(panel, 20);
    await untilParked(panel, jobs);
    const before = panel.at(provider).calls().length;
    await pause(minutes);
    const asked = panel.at(provider).calls().length - before;
    expect(await states(panel, jobs)).not.toHaveProperty('needs_operator');
    // The breaker lets one caller try after a pause that doubles from half a minute to ten.
    expect(asked).toBeLessThan(20);
    panel.at(provider).clearFaults();
    await untilAll(panel, jobs, 'completed');
    expect(await tasksEver(panel)).toBe(0);
    expect(sitesOf(panel)).toBe(20);
  });

  it('whose credentials have expired: one task names the server and the setting, and all go on by themselves once it is mended', async () => {
    const already = sitesOf(panel);
    await panel.control(provider, '/secret', { changed: true });
    const jobs = await orderSites(panel, 10);
    await untilParked(panel, jobs);
    const tasks = await panel.tasks();
    expect(tasks).toEqual([
      expect.objectContaining({
        kind: 'fix_settings',
        jobId: null,
        serverId: panel.servers[provider],
        title: 'Mend the setting "Client secret" of the server WordPress hosting',
        detail: expect.stringMatching(/secret was refused.*goes on by itself once this is mended/),
      }),
    ]);
    // Whoever looks at one of the jobs finds it there too.
    expect(await panel.tasks(jobs[7])).toEqual(tasks);
    await panel.enterNewSecret(provider);
    await untilAll(panel, jobs, 'completed');
    expect(sitesOf(panel)).toBe(already + jobs.length);
    await panel.eventually('nobody is asked any more', async () => ((await panel.tasks()).length === 0 ? true : undefined), jobs[0]!);
  });

  it('whose credentials may do more than is needed is warned of by the connection test, and works', async () => {
    const { providers, serverIds } = panel.stage;
    await putControl(providers.dns, '/token', { mayAlso: ['#zone:edit'] });
    const { warnings } = await panel.call('POST', `/api/v1/servers/${serverIds.dns}/test`);
    expect(warnings).toEqual([expect.stringContaining('#zone:edit')]);
    const { jobId } = await panel.stage.order();
    await panel.until(jobId, ['completed']);
    expect(await panel.tasks()).toEqual([]);
  });
});

describe('a provider that says 429 to two hundred jobs', () => {
  jest.setTimeout(180_000);
  const waitScale = 0.2;
  /** What this provider asks for. */
  const retryAfterMs = 2_000 * waitScale;
  let panel: BundlePanel;
  beforeAll(async () => {
    panel = await open({ speed: 0.002, waitScale });
  });
  afterAll(() => panel?.close());

  it('is asked no more than it allows; none of them fails, nobody is asked anything, and all finish by themselves', async () => {
    storm(panel, 'too_many_requests');
    const jobs = await orderSites(panel, 200);
    await untilParked(panel, jobs);
    await pause(5 * retryAfterMs);
    panel.at(provider).clearFaults();
    const refused = panel
      .at(provider)
      .calls()
      .filter(({ status }) => status === 429)
      .map(({ at }) => Date.parse(at));
    // Those that were under way when the first answer came could not know of it; from then on nobody calls before the time is over.
    for (const first of windows(refused, retryAfterMs)) expect(first.length).toBeLessThanOrEqual(callsAtOnce);
    await untilAll(panel, jobs, 'completed', 120_000);
    expect(await tasksEver(panel)).toBe(0);
    expect(sitesOf(panel)).toBe(200);
    expect(panel.violations()).toEqual([]);
  });

  /** Calls by the time that the first of each group asked for. */
  function windows(times: readonly number[], lengthMs: number): readonly (readonly number[])[] {
    const groups: number[][] = [];
    for (const time of [...times].sort((a, b) => a - b)) {
      const last = groups.at(-1);
      if (last && time < last[0]! + lengthMs) last.push(time);
      else groups.push([time]);
    }
    return groups;
  }
});
