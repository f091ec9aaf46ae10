import { generateKeySync } from 'node:crypto';
import { defaultEngineSettings, Doorbell, JobRunner, type JobState, type ModuleCatalog, type Program } from '@hostwright/core';
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
import { sdkVersion } from '@hostwright/sdk';
import type { Pool } from 'pg';
import { joined } from './joined.js';
import { ServiceSupply } from './service-supply.js';
import type { NewJob } from './start.js';
import { WatchedJournal } from './watched-journal.js';
import { extensionOf, stepNames, type Hooks, type WorkloadName } from './workloads.js';

/** As a worker has it: see the worker application. */
const workerConnections = 12;

/** A job that has not ended by then never will: the row fails instead of standing still. */
const patienceMs = 60_000;

class Silence extends Doorbell {
  override ring(): Promise<void> {
    return Promise.resolve();
  }
}

export interface EngineOptions {
  readonly connectionString: string;
  readonly workload: WorkloadName;
  /** As what its jobs end. Default: `completed`. */
  readonly endsAs?: JobState;
  /** Jobs at work at once. Default: as in production. */
  readonly concurrency?: number;
  readonly hooks?: Hooks;
}

/** How jobs of which the rows are not there yet are begun. */
export type StartJobs = (engine: BenchEngine, jobs: readonly NewJob[]) => Promise<void>;

/** The engine as a worker has it, on a database of the bench, with one module whose `create` is the workload. */
export class BenchEngine {
  /** Undefined: jobs begin directly. */
  private readonly add: ((job: NewJob) => Promise<void>) | undefined;

  private constructor(
    readonly pool: Pool,
    readonly services: ServiceSupply,
    readonly runner: JobRunner,
    private readonly journal: WatchedJournal,
    private readonly parts: { readonly provisioning: Provisioning; readonly meter: StoredMeter },
    private readonly workload: WorkloadName,
    start: StartJobs | undefined,
  ) {
    this.add = start && joined((jobs) => start(this, jobs));
  }

  /** Answers it at work. The database must have every migration applied. */
  static async open(
    { connectionString, workload, endsAs = 'completed', concurrency = defaultEngineSettings.concurrency, hooks = {} }: EngineOptions,
    start?: StartJobs,
  ): Promise<BenchEngine> {
    const logger = createLogger({ mask: new SecretMask(), level: 'error', base: { process: 'bench' } });
    const pool = createPool({ connectionString, name: 'bench', max: workerConnections, log: { warn: () => undefined }, steadyPlans: true });
    const installed: InstalledExtension = {
      extension: extensionOf(workload, hooks),
      version: '1.0.0',
      manifest: { sdk: sdkVersion, egress: [] },
    };
    const provisioning = createProvisioning({
      pool,
      installationId: 'bench',
      extensions: { find: (id) => (id === workload ? installed : undefined) },
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
    const services = await ServiceSupply.open(pool, workload);
    return new BenchEngine(pool, services, runner, journal, { provisioning, meter }, workload, start);
  }

  /** One job, from its being asked for to the commit that ends it. */
  async work(): Promise<void> {
    if (!this.add) return this.workDirectly();
    const serviceId = await this.services.take();
    const ended = this.ended(serviceId);
    await this.add({ serviceId, operation: 'create', program: this.program(serviceId) });
    await ended;
  }

  /** A job of the installation, begun by the worker that asks for it. It ends with its last turn, which is after its beginning was answered. */
  private async workDirectly(): Promise<void> {
    const jobId = await this.runner.begin({ operation: 'perform', program: this.program('0'), requestedBy: 'bench' });
    await this.ended(jobId);
  }

  private async ended(id: string): Promise<void> {
    const patience = setTimeout(() => this.journal.giveUp(id), patienceMs);
    await this.journal.ended(id);
    clearTimeout(patience);
  }

  async close(): Promise<void> {
    await this.runner.stop();
    await this.parts.meter.stop();
    await this.parts.provisioning.close();
    await this.pool.end();
  }

  program(serviceId: string): Program {
    return {
      contract: sdkVersion,
      owner: `hw-bench-${serviceId}`,
      components: [
        {
          name: 'site',
          extension: this.workload,
          version: '1.0.0',
          serverId: this.services.serverId,
          connections: {},
          product: {},
          order: {},
          reserved: {},
          steps: stepNames,
        },
      ],
    };
  }
}
