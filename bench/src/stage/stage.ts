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
import { fillShop, productCode, startProviders, type Providers } from './shop.js';

/** A step as the journal has it. Milliseconds since the job was asked for. */
export interface StepTime {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
}

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

  /** The finished steps of a job, the parts of other modules' operations left out. */
  async steps(job: string): Promise<readonly StepTime[]> {
    const { rows } = await this.pool.query<StepTime>(
      `SELECT t.key, (extract(epoch FROM t.started_at - p.created_at) * 1000)::float8 AS "startMs",
         (extract(epoch FROM t.finished_at - p.created_at) * 1000)::float8 AS "endMs"
       FROM provisioning_step t JOIN provisioning_job p ON p.id = t.job_id WHERE t.job_id = $1 AND t.state = 'done' ORDER BY t.started_at`,
      [job],
    );
    return rows;
  }

  /** Which steps hold a permit, watched while `work` goes on. */
  async permitHolders(
    work: () => Promise<readonly string[]>,
  ): Promise<{ readonly jobs: readonly string[]; readonly keys: ReadonlySet<string> }> {
    const keys = new Set<string>();
    let over = false;
    const watch = async (): Promise<void> => {
      while (!over) {
        const { rows } = await this.pool.query<{ step_key: string }>(`SELECT DISTINCT step_key FROM permit_slot WHERE job_id IS NOT NULL`);
        for (const row of rows) keys.add(row.step_key);
        await sleep(3);
      }
    };
    const watching = watch();
    try {
      return { jobs: await work(), keys };
    } finally {
      over = true;
      await watching;
    }
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
