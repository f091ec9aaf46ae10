import { randomBytes } from 'node:crypto';
import { SilentMeter, type Doorbell, type JobLoop } from '@hostwright/core';
import {
  createLogger,
  ensureInstallation,
  openProvisioning,
  readConfig,
  SecretMask,
  type ExtensionLoader,
  type OpenProvisioning,
} from '@hostwright/platform';
import { createTestDatabase, seedShop, type TestDatabase } from '@hostwright/platform/testing';
import type { InspectedSandbox } from '@hostwright/sdk-testing';
import manifest from '../../package.json' with { type: 'json' };
import extension from '../../src/index.js';
import { startSandbox } from '../stage.js';

/** The engine as it is in life, with this extension, a host and a product. No HTTP. */
export class Panel {
  private constructor(
    /** What was logged. */
    readonly lines: readonly string[],
    readonly db: TestDatabase,
    readonly sandbox: InspectedSandbox,
    readonly provisioning: OpenProvisioning,
    readonly serverId: string,
    private readonly loop: JobLoop,
  ) {}

  static async open(): Promise<Panel> {
    const [db, sandbox] = await Promise.all([createTestDatabase(), startSandbox(0.0005)]);
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: db.connectionString,
      WAIT_SCALE: '0.005',
      LEASE_MS: '1000',
      NODE_ENV: 'test',
    };
    const config = readConfig(environment, process.cwd());
    const mask = new SecretMask();
    const lines: string[] = [];
    const logger = createLogger({ mask, level: 'debug', destination: { write: (line: string) => void lines.push(line) } });
    const installed = { extension, version: manifest.version, manifest: manifest.hostwright };
    const loader = {
      list: () => [{ id: extension.id, name: extension.name, version: manifest.version, state: 'loaded' }],
      find: (id: string) => (id === extension.id ? installed : undefined),
      get: () => installed,
    } as unknown as ExtensionLoader;
    const provisioning = openProvisioning(loader, {
      config,
      installationId: await ensureInstallation(db.pool),
      pool: db.pool,
      doorbell: { ring: () => Promise.resolve() } as Doorbell,
      logger,
      mask,
    });
    const shop = {
      servers: [{ name: 'host', extension: extension.id, kind: 'provisioning' as const }],
      products: ['basic', 'large'].map((name) => ({
        code: name,
        components: [{ name: 'account', extension: extension.id, connections: {}, settings: { package: name } }],
      })),
      delivered: [],
    };
    const none = { server: {}, product: {} };
    const { serverIds } = await seedShop({ pool: db.pool, loader, sealer: provisioning.sealer }, shop, {
      provisioning: sandbox,
      dns: none,
      proxy: none,
    });
    const loop = provisioning.worker({
      name: 'test',
      settings: { leaseMs: config.leaseMs, concurrency: 20, sweepMs: 100 },
      meter: new SilentMeter(),
    });
    await loop.start();
    return new Panel(lines, db, sandbox, provisioning, serverIds.provisioning, loop);
  }

  async close(): Promise<void> {
    await this.loop.stop();
    await this.provisioning.close();
    await this.sandbox.stop();
    await this.db.drop();
  }

  order(domain: string, email = 'customer@example.org') {
    return this.provisioning.desk.placeOrder({ productCode: 'basic', customerEmail: email, order: { domain, email }, requestedBy: 'test' });
  }

  /** Waits for the end of a job. Throws what it failed for. */
  async done(jobId: string): Promise<void> {
    for (const end = Date.now() + 25_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const { rows } = await this.db.pool.query<{ state: string; failure: unknown }>(
        `SELECT state, failure FROM provisioning_job WHERE id = $1`,
        [jobId],
      );
      if (rows[0]!.state === 'completed') return;
      if (rows[0]!.state === 'failed' || rows[0]!.state === 'needs_operator' || Date.now() > end)
        throw new Error(`job ${jobId}: ${JSON.stringify(rows[0])} ${this.lines.slice(-5).join('\n')}`);
    }
  }
}
