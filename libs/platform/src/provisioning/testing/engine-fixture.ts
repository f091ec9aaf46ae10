import { Doorbell, JobRunner, SilentMeter, type EngineMeter, type EngineSettings, type JobState, type Program } from '@hostwright/core';
import type { Fields, JsonObject, ProvisioningModule } from '@hostwright/sdk';
import type { Pool } from 'pg';
import { LoadedModuleCatalog } from '../../stores/index.js';
import { createTestDatabase, TurnedSealer, type TestDatabase } from '../../testing/index.js';
import type { InstalledExtension } from '../installed-extensions.js';
import { PgDomainDesk } from '../pg-domain-desk.js';
import { PgDomainWaits } from '../pg-domain-waits.js';
import { PgJournal } from '../pg-journal.js';
import { PgOperatorDesk } from '../pg-operator-desk.js';
import { PgPermits } from '../pg-permits.js';
import { PgProvisioningDesk } from '../pg-provisioning-desk.js';
import { processTimers } from '../process-timers.js';
import { FakeHost, type FakeInstallation, type FakeModules } from './fake-host.js';
import { viewJob, type JobView } from './job-view.js';
import { SilentLog } from './silent-log.js';

/** Rings at the workers of this process. */
class RunnerDoorbell extends Doorbell {
  constructor(private readonly runners: ReadonlySet<JobRunner>) {
    super();
  }
  async ring(): Promise<void> {
    for (const runner of this.runners) runner.look();
  }
}

/** The engine on a real database, with modules a test writes itself. Waits are a thousandth of what they are in life. */
export class EngineFixture implements FakeInstallation {
  modules: FakeModules = {};
  others: Record<string, ProvisioningModule> = {};
  permits: Record<string, number> = {};
  version = '1.0.0';
  named: Record<string, string> = {};
  beforeOpen: ((ref: { readonly kind: string }) => void) | undefined;
  properties: Fields | undefined;
  /** What back-off is multiplied by. A large number puts off the next try for as long as the test likes. */
  jitter = 0.5;
  /** Who is told of what workers made from now on do. */
  meter: EngineMeter = new SilentMeter();
  readonly extensions = { find: (id: string) => (id === 'fake' ? this.installed() : this.other(id)) };
  readonly desk: PgProvisioningDesk;
  readonly operators: PgOperatorDesk;
  readonly domains: PgDomainDesk;
  readonly waits: PgDomainWaits;
  /** The lease outlives the pauses of a machine that is full: a job is taken over when a test says so, not because of the load. */
  readonly settings: EngineSettings = { leaseMs: 5_000, concurrency: 50, sweepMs: 100 };
  private readonly runners = new Set<JobRunner>();
  private services = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly serverId: string,
    private readonly productId: string,
    private readonly customerId: string,
  ) {
    const { ports } = this;
    this.desk = new PgProvisioningDesk({ ...ports, modules: new LoadedModuleCatalog([]) }); // asked only to check values
    this.domains = new PgDomainDesk(ports);
    this.waits = new PgDomainWaits(ports);
    this.operators = new PgOperatorDesk(ports.pool, this.desk, ports.sealer, ports.doorbell);
  }

  /** What desks are made of. */
  get ports() {
    return {
      pool: this.pool,
      extensions: this.extensions,
      sealer: new TurnedSealer(),
      doorbell: new RunnerDoorbell(this.runners),
      installationId: 'test',
      randomInteger: () => 0,
    };
  }

  static async make(): Promise<EngineFixture> {
    const database = await createTestDatabase();
    const one = async (text: string): Promise<string> => (await database.pool.query<{ id: string }>(text)).rows[0]!.id;
    const server = await one(
      `INSERT INTO server (name, extension, kind, settings) VALUES ('s', 'fake', 'provisioning', '{}') RETURNING id`,
    );
    const product = await one(`INSERT INTO product (code, name) VALUES ('p', 'P') RETURNING id`);
    const customer = await one(`INSERT INTO customer (email) VALUES ('a@example.com') RETURNING id`);
    return new EngineFixture(database, server, product, customer);
  }

  get pool(): Pool {
    return this.database.pool;
  }

  /** What a test changes of the modules, as it was. */
  reset(): void {
    this.modules = {};
    this.others = {};
    this.permits = {};
    this.version = '1.0.0';
    this.named = {};
    this.beforeOpen = undefined;
    this.properties = undefined;
    this.jitter = 0.5;
  }

  private installed(): InstalledExtension {
    const provisioning = { kind: 'provisioning', order: {}, ...this.modules['provisioning'] };
    return { extension: { id: 'fake', name: 'Fake', provisioning }, version: this.version, manifest: {} } as unknown as InstalledExtension;
  }

  private other(id: string): InstalledExtension | undefined {
    const provisioning = this.others[id];
    return (
      provisioning && ({ extension: { id, name: id, provisioning }, version: this.version, manifest: {} } as unknown as InstalledExtension)
    );
  }

  async end(): Promise<void> {
    for (const runner of this.runners) await runner.stop();
    await this.database.drop();
  }

  /** A worker of its own, not started. */
  runner(over: Partial<EngineSettings> = {}, pool: Pool = this.pool): JobRunner {
    const settings = { ...this.settings, ...over };
    const runner = new JobRunner(
      {
        journal: new PgJournal(pool, this.meter),
        modules: new FakeHost(this),
        permits: new PgPermits(pool),
        sealer: new TurnedSealer(),
        log: new SilentLog(),
        meter: this.meter,
        random: () => this.jitter,
        waitScale: 0.0005,
        timers: processTimers,
        name: 'test',
        settings,
      },
      () => Date.now(),
    );
    this.runners.add(runner);
    return runner;
  }

  /** Another product of the same one component. */
  async product(code: string, settings: JsonObject, component = 'site'): Promise<string> {
    const { rows } = await this.pool.query<{ id: string }>(
      `WITH g AS (INSERT INTO server_group (name) VALUES ($1) RETURNING id), p AS (INSERT INTO product (code, name) VALUES ($1, $1) RETURNING id),
         c AS (INSERT INTO product_component (product_id, name, extension, server_group_id, settings, position) SELECT p.id, $3, 'fake', g.id, $2, 1 FROM p, g)
       SELECT id FROM p`,
      [code, JSON.stringify(settings), component],
    );
    return rows[0]!.id;
  }

  async service(): Promise<string> {
    this.services += 1;
    const { rows } = await this.pool.query<{ id: string }>(`INSERT INTO service (product_id, customer_id) VALUES ($1, $2) RETURNING id`, [
      this.productId,
      this.customerId,
    ]);
    await this.pool.query(
      `INSERT INTO service_component (service_id, name, extension, server_id, settings, connections) VALUES ($1, 'site', 'fake', $2, '{}', '{}')`,
      [rows[0]!.id, this.serverId],
    );
    return rows[0]!.id;
  }

  /** A job that is due, of a service of its own unless one is given. `reserves`: it holds something, such as an address. */
  async job(
    operation = 'create',
    over: { serviceId?: string; reserved?: JsonObject; steps?: readonly string[]; reserves?: boolean } = {},
  ): Promise<string> {
    const serviceId = over.serviceId ?? (await this.service());
    const steps = over.steps ?? (this.modules['provisioning']?.[operation] as { steps: readonly string[] } | undefined)?.steps ?? [];
    const program = this.program(`hw-test-${serviceId}`, steps, over.reserved);
    const { rows } = await this.pool.query<{ id: string }>(
      `WITH j AS (
         INSERT INTO provisioning_job (service_id, operation, program, requested_by, wake_at) VALUES ($1, $2, $3, 'test', now()) RETURNING id, service_id),
       r AS (
         INSERT INTO reservation (pool, value, name, component, job_id, service_id) SELECT 'p', 'value-' || id, 'ip', 'site', id, service_id FROM j WHERE $4)
       SELECT id FROM j`,
      [serviceId, operation, JSON.stringify(program), over.reserves ?? false],
    );
    return rows[0]!.id;
  }

  /** What a job of the one module consists of. */
  program(owner: string, steps: readonly string[], reserved: JsonObject = {}): Program {
    const site = {
      name: 'site',
      extension: 'fake',
      version: '1.0.0',
      serverId: this.serverId,
      connections: { dns: this.serverId, proxy: this.serverId },
      product: {},
      order: {},
      reserved: new TurnedSealer().seal(reserved) as JsonObject,
      steps,
    };
    return { contract: 1, owner, components: [site] };
  }

  /** Waits until the job is in one of the states. */
  async until(jobId: string, ...states: JobState[]): Promise<JobView> {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const job = await this.view(jobId);
      if (states.includes(job.state)) return job;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`job ${jobId} did not become ${states.join(' or ')}: ${JSON.stringify(await this.view(jobId), null, 1)}`);
  }

  /** Waits until something is so. */
  async when(is: () => boolean | Promise<boolean>, what = String(is)): Promise<void> {
    for (let tries = 0; tries < 1_000; tries += 1) {
      if (await is()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`it did not come to this: ${what}`);
  }

  /** As if the worker that holds the job had died at this very moment: what it is about is another's now. */
  async crash(jobId: string): Promise<void> {
    await this.pool.query(`UPDATE provisioning_job SET worker_id = NULL, fence = fence + 1, wake_at = now() WHERE id = $1`, [jobId]);
  }

  /** Lets the time of the late looks pass, until the last of them is over. */
  async lateLooks(jobId: string): Promise<JobView> {
    await this.when(async () => {
      await this.pool.query(`UPDATE provisioning_job SET wake_at = now() WHERE id = $1 AND phase = 'looking' AND worker_id IS NULL`, [
        jobId,
      ]);
      return (await this.view(jobId)).phase === 'ended';
    }, `the late looks of job ${jobId} end`);
    return this.view(jobId);
  }

  /** Something that a job which stands still holds, such as an address. */
  async reserve(jobId: string): Promise<void> {
    await this.pool.query(
      `INSERT INTO reservation (pool, value, name, component, job_id, service_id) SELECT 'p', 'value-' || id, 'ip', 'site', id, service_id FROM provisioning_job WHERE id = $1`,
      [jobId],
    );
  }

  view(jobId: string): Promise<JobView> {
    return viewJob(this.pool, jobId);
  }
}
