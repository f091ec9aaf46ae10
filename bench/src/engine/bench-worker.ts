import { generateKeySync } from 'node:crypto';
import { defaultEngineSettings, Doorbell, JobRunner, type JobState, type ModuleCatalog } from '@hostwright/core';
import {
  createLogger,
  createPool,
  createProvisioning,
  JsonVault,
  SecretMask,
  StoredMeter,
  Vault,
  type InstalledExtension,
  type Provisioning,
} from '@hostwright/platform';
import type { Pool } from 'pg';
import { WatchedJournal } from './watched-journal.js';

/** As a worker has it: see the worker application. */
const workerConnections = 12;

/** A job that has not ended by then never will: the row fails instead of standing still. */
const patienceMs = 60_000;

class Silence extends Doorbell {
  override ring(): Promise<void> {
    return Promise.resolve();
  }
}

export interface WorkerOptions {
  /** The database must have every migration applied. */
  readonly connectionString: string;
  readonly extensions: readonly InstalledExtension[];
  /** As what its jobs end. Default: `completed`. */
  readonly endsAs?: JobState;
  /** Jobs at work at once. Default: as in production. */
  readonly concurrency?: number;
}

/** The engine as a worker has it, at work on a database of the bench. */
export class BenchWorker {
  private constructor(
    readonly pool: Pool,
    readonly runner: JobRunner,
    private readonly journal: WatchedJournal,
    private readonly provisioning: Provisioning,
    private readonly meter: StoredMeter,
  ) {}

  static async open({
    connectionString,
    extensions,
    endsAs = 'completed',
    concurrency = defaultEngineSettings.concurrency,
  }: WorkerOptions): Promise<BenchWorker> {
    const logger = createLogger({ mask: new SecretMask(), level: 'error', base: { process: 'bench' } });
    const pool = createPool({ connectionString, name: 'bench', max: workerConnections, log: { warn: () => undefined }, steadyPlans: true });
    const provisioning = createProvisioning({
      pool,
      installationId: 'bench',
      extensions: { find: (wanted) => extensions.find(({ extension: { id } }) => id === wanted) },
      modules: {} as ModuleCatalog, // asked only for the values of orders, which are not placed here
      vault: new JsonVault(new Vault([{ id: 'bench', key: generateKeySync('hmac', { length: 256 }) }], () => undefined)),
      doorbell: new Silence(),
      logger,
      waitScale: 1,
    });
    const journal = new WatchedJournal(pool, endsAs);
    const settings = { ...defaultEngineSettings, concurrency };
    const meter = new StoredMeter({ db: pool, log: { warn: () => undefined } });
    meter.start();
    const runner = new JobRunner({ ...provisioning.engine, journal, name: 'bench', settings, meter }, () => Date.now());
    await runner.start();
    return new BenchWorker(pool, runner, journal, provisioning, meter);
  }

  /** Fulfilled when the job has ended. `id`: of its service, or its own where it has none. Call it before the job can end. */
  async ended(id: string): Promise<void> {
    const patience = setTimeout(() => this.journal.giveUp(id), patienceMs);
    await this.journal.ended(id);
    clearTimeout(patience);
  }

  async close(): Promise<void> {
    await this.runner.stop();
    await this.meter.stop();
    await this.provisioning.close();
    await this.pool.end();
  }
}
