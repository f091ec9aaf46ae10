import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BullDoorbell,
  connectQueues,
  createLogger,
  createPool,
  ensureInstallation,
  loadExtensions,
  openProvisioning,
  readConfig,
  SecretMask,
  type OpenProvisioning,
  type QueueConnection,
} from '@hostwright/platform';
import { Queue } from 'bullmq';
import type { Pool } from 'pg';
import { root, startApp, type ChildProgram } from '../processes/index.js';
import type { SiteAlone } from './ideal-schedule.js';
import { fillShop, productCode, startProviders, type Providers } from './shop.js';

export interface StageOptions {
  readonly connectionString: string;
  /** Of the providers: 1 is as long as they take in life. */
  readonly speed: number;
  /** Of every wait of the engine. */
  readonly waitScale: number;
}

/** A whole installation: the providers of the demo, the extensions that work with them, and the worker application. */
export class Stage {
  private orders = 0;

  private constructor(
    private readonly pool: Pool,
    private readonly provisioning: OpenProvisioning,
    readonly providers: Providers,
    readonly worker: ChildProgram,
    private readonly queue: Queue,
    private readonly connection: QueueConnection,
  ) {}

  static async open({ connectionString, speed, waitScale }: StageOptions): Promise<Stage> {
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: connectionString,
      EXTENSIONS_DIR: join(root, 'extensions'),
      WAIT_SCALE: String(waitScale),
      NODE_ENV: 'production',
    };
    const config = readConfig(environment, root);
    const mask = new SecretMask();
    const logger = createLogger({ mask, level: 'error' });
    const log = { warn: () => undefined };
    const pool = createPool({ connectionString, name: 'stage', max: 10, log });
    const loader = await loadExtensions(config, logger);
    const connection = connectQueues({ redisUrl: undefined, connectionString, log }, 0);
    const queue = new Queue('provisioning', { connection: connection.options });
    const provisioning = openProvisioning(loader, {
      config,
      installationId: await ensureInstallation(pool),
      pool,
      doorbell: new BullDoorbell([queue], log),
      logger,
      mask,
    });
    const providers = await startProviders(speed);
    await fillShop(pool, provisioning, providers);
    const worker = await startApp('worker', connectionString, environment);
    return new Stage(pool, provisioning, providers, worker, queue, connection);
  }

  /** Orders that many sites at once and waits until all are delivered. Answers their jobs. */
  async build(count: number): Promise<readonly string[]> {
    const placed = await Promise.all(
      Array.from({ length: count }, () => {
        this.orders += 1;
        const email = `customer${this.orders}@example.com`;
        return this.provisioning.desk.placeOrder({
          productCode,
          customerEmail: email,
          order: { email, publicIp: '203.0.113.10' },
          requestedBy: 'bench',
        });
      }),
    );
    const jobs = placed.map(({ jobId }) => jobId);
    for (;;) {
      const { rows } = await this.pool.query<{ state: string; failure: unknown }>(
        `SELECT state, failure FROM provisioning_job WHERE id = ANY ($1::bigint[]) AND state <> 'completed'`,
        [jobs],
      );
      const bad = rows.find(({ state }) => ['failed', 'cancelled', 'needs_operator'].includes(state));
      if (bad) throw new Error(`a site could not be built: ${JSON.stringify(bad)}`);
      if (rows.length === 0) return jobs;
      await sleep(25);
    }
  }

  /** From the first order to the last delivery, on the database's clock. */
  async wallMs(jobs: readonly string[]): Promise<number> {
    const { rows } = await this.pool.query<{ ms: number }>(
      `SELECT (extract(epoch FROM max(finished_at) - min(created_at)) * 1000)::float8 AS ms FROM provisioning_job WHERE id = ANY ($1::bigint[])`,
      [jobs],
    );
    return rows[0]!.ms;
  }

  /** One site, and what it did while it had the providers to itself. */
  async siteAlone(): Promise<SiteAlone> {
    const holders = new Map<string, string>();
    let over = false;
    const watch = async (): Promise<void> => {
      while (!over) {
        const { rows } = await this.pool.query<{ key: string; cap: string }>(
          `SELECT DISTINCT step_key AS key, server_id || ' ' || name AS cap FROM permit_slot WHERE job_id IS NOT NULL`,
        );
        for (const { key, cap } of rows) holders.set(key, cap);
        await sleep(3);
      }
    };
    const watching = watch();
    const jobs = await this.build(1).finally(() => (over = true));
    await watching;
    // A step that is another module's operation is not a step itself, its parts are.
    const { rows } = await this.pool.query<{ key: string; startMs: number; endMs: number }>(
      `SELECT t.key, (extract(epoch FROM t.started_at - p.created_at) * 1000)::float8 AS "startMs",
         (extract(epoch FROM t.finished_at - p.created_at) * 1000)::float8 AS "endMs"
       FROM provisioning_step t JOIN provisioning_job p ON p.id = t.job_id WHERE t.job_id = $1 AND t.state = 'done'
         AND NOT EXISTS (SELECT 1 FROM provisioning_step part WHERE part.job_id = t.job_id AND starts_with(part.key, t.key || ' / '))`,
      [jobs[0]],
    );
    return { steps: rows.map(({ key, startMs, endMs }) => ({ startMs, endMs, cap: holders.get(key) })), endMs: await this.wallMs(jobs) };
  }

  /** How many places each cap has. */
  async caps(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.pool.query<{ cap: string; places: number }>(
      `SELECT server_id || ' ' || name AS cap, count(*)::int AS places FROM permit_slot GROUP BY 1`,
    );
    return new Map(rows.map(({ cap, places }) => [cap, places]));
  }

  async close(): Promise<void> {
    await this.worker.stop();
    await this.provisioning.close();
    await this.queue.close();
    await this.connection.close();
    await this.pool.end();
    await Promise.all(Object.values(this.providers).map((provider) => provider.stop()));
  }
}
