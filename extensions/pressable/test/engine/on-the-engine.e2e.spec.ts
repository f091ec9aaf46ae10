import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SilentMeter, type Doorbell, type JobLoop } from '@hostwright/core';
import {
  createLogger,
  ensureInstallation,
  loadExtensions,
  openProvisioning,
  readConfig,
  SecretMask,
  type OpenProvisioning,
} from '@hostwright/platform';
import { createTestDatabase, seedShop, type Shop, type TestDatabase } from '@hostwright/platform/testing';
import type { JsonObject } from '@hostwright/sdk';
import { putControl, type InspectedSandbox } from '@hostwright/sdk-testing';
import { startPressableSandbox } from '../../sandbox/index.js';

jest.setTimeout(60_000);
const root = join(__dirname, '../../../..');
const silentBell = { ring: () => Promise.resolve() } as unknown as Doorbell;
const shop: Shop = {
  servers: [{ name: 'pressable', extension: 'pressable', kind: 'provisioning' }],
  products: [{ code: 'site', components: [{ name: 'site', extension: 'pressable', connections: {}, settings: { dnsRecord: 'none' } }] }],
  delivered: [],
};

/** The real engine, on a database, with the extension as it is built and its sandbox. */
describe('a site on the engine', () => {
  let db: TestDatabase;
  let sandbox: InspectedSandbox;
  let provisioning: OpenProvisioning;
  let loop: JobLoop;
  let installationId: string;
  const lines: string[] = [];

  beforeEach(async () => {
    [db, sandbox] = await Promise.all([createTestDatabase(), startPressableSandbox({ speed: 0.002 })]);
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: db.connectionString,
      EXTENSIONS_DIR: join(root, 'extensions'),
      WAIT_SCALE: '0.005',
      LEASE_MS: '1000',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'test',
    };
    const config = readConfig(environment, root);
    const mask = new SecretMask();
    const logger = createLogger({ mask, level: 'info', destination: { write: (line) => void lines.push(line) } });
    installationId = await ensureInstallation(db.pool);
    const loader = await loadExtensions(config, logger);
    provisioning = openProvisioning(loader, { config, installationId, pool: db.pool, doorbell: silentBell, logger, mask });
    const provider = { server: sandbox.server, product: sandbox.product };
    await seedShop({ pool: db.pool, loader, sealer: provisioning.sealer }, shop, {
      provisioning: provider,
      dns: provider,
      proxy: provider,
      certificate: provider,
    });
    loop = provisioning.worker({ name: 'inside', settings: { leaseMs: 1_000, concurrency: 50, sweepMs: 200 }, meter: new SilentMeter() });
    await loop.start();
  });
  afterEach(async () => {
    await loop.stop();
    await provisioning.close();
    await sandbox.stop();
    await db.drop();
  });

  const order = (id: string, more: JsonObject = {}) =>
    provisioning.desk.placeOrder({
      productCode: 'site',
      customerEmail: 'customer@example.com',
      order: { siteName: 'shop', ...more },
      external: { source: 'paymenter', id },
      requestedBy: 'test',
    });

  async function until(jobId: string, states: readonly string[]): Promise<void> {
    for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const { rows } = await db.pool.query<{ state: string }>(`SELECT state FROM provisioning_job WHERE id = $1`, [jobId]);
      if (states.includes(rows[0]!.state)) return;
      if (Date.now() > end) throw new Error(`job ${jobId} is ${rows[0]!.state}\n${await story(jobId)}\n${lines.slice(-10).join('\n')}`);
    }
  }

  async function story(jobId: string): Promise<string> {
    const { rows } = await db.pool.query(`SELECT key, state, attempts, unknown, error FROM provisioning_step WHERE job_id = $1`, [jobId]);
    return rows.map((row) => JSON.stringify(row)).join('\n');
  }

  const request = async (serviceId: string, operation: 'suspend' | 'unsuspend' | 'terminate'): Promise<void> => {
    const { jobId } = await provisioning.desk.request(serviceId, operation, 'test');
    await until(jobId, ['completed']);
  };
  const sites = () => sandbox.ledger().filter(({ kind }) => kind === 'site');

  it('is ordered, suspended, resumed and ended, and bears our mark all the while', async () => {
    const { serviceId, jobId } = await order('1');
    await until(jobId, ['completed']);
    const mark = `hw-${installationId}-${serviceId}`;
    expect(sites()).toEqual([
      expect.objectContaining({ owner: mark, details: expect.objectContaining({ name: `shop-${mark}`, state: 'live' }) }),
    ]);
    await request(serviceId, 'suspend');
    expect(sites()).toMatchObject([{ details: { state: 'disabled' } }]);
    await request(serviceId, 'unsuspend');
    expect(sites()).toMatchObject([{ details: { state: 'live' } }]);
    await request(serviceId, 'terminate');
    expect(sandbox.ledger()).toEqual([]);
    expect(sandbox.violations()).toEqual([]);
    expect(lines.join('\n')).not.toContain(sandbox.server['clientSecret']);
  });

  it('that has ended is nobody’s task, although it was once unknown whether it had its domain', async () => {
    sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/domains$' });
    sandbox.fault({ kind: 'lost_reply', method: 'PUT', path: '/primary$' });
    const { serviceId, jobId } = await order('1');
    await until(jobId, ['completed']);
    await request(serviceId, 'terminate');
    // The second late look is the first one after the end.
    const looked = `SELECT 1 FROM provisioning_job WHERE id = $1 AND phase = 'looking' AND look_again_count < 2`;
    for (const end = Date.now() + 30_000; (await db.pool.query(looked, [jobId])).rows.length > 0;) {
      if (Date.now() > end) throw new Error(`late looks do not end\n${lines.slice(-10).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await db.pool.query(`SELECT kind, title, detail FROM operator_task`)).rows).toEqual([]);
    expect(
      (await db.pool.query(`SELECT look_again_count FROM provisioning_job WHERE id = $1`, [jobId])).rows[0].look_again_count,
    ).toBeGreaterThan(1);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is made once for each of many orders, although the answer to every creation is lost', async () => {
    sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '^/v1/sites$', times: 10 });
    sandbox.fault({ kind: 'ghost_success', method: 'POST', path: '/tags$', times: 10 });
    const placed = await Promise.all(Array.from({ length: 10 }, (_, index) => order(String(index))));
    for (const { jobId } of placed) await until(jobId, ['completed']);
    expect(sites()).toHaveLength(10);
    expect(new Set(sites().map(({ owner }) => owner)).size).toBe(10);
    expect(sandbox.violations()).toEqual([]);
  });

  it('waits by itself while Pressable throttles every call, and is delivered when that is over', async () => {
    sandbox.fault({ kind: 'too_many_requests', times: 100_000 });
    const { jobId } = await order('1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    sandbox.clearFaults();
    await until(jobId, ['completed']);
    expect(sites()).toHaveLength(1);
  });

  it('that cannot be delivered is taken back, and leaves nothing', async () => {
    await putControl(sandbox, '/held', { name: 'shop.nodepoint.eu' });
    const { jobId } = await order('1');
    await until(jobId, ['failed']);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is compared with what the panel knows', async () => {
    const { jobId } = await order('1');
    await until(jobId, ['completed']);
    const { rows } = await db.pool.query<{ id: string }>(`SELECT id FROM server`);
    expect(await provisioning.serverReads.accounts(rows[0]!.id)).toMatchObject([
      { state: 'running', name: expect.stringMatching(/^shop-hw-/), owner: expect.stringMatching(/^hw-/) },
    ]);
    expect(await provisioning.serverReads.usage(rows[0]!.id)).toMatchObject([{ diskBytes: 24_638_331 }]);
    expect((await provisioning.probe.test(rows[0]!.id)).warnings).toEqual([]);
  });
});
