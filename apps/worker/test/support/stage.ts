import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SilentMeter, type Doorbell, type JobLoop } from '@hostwright/core';
import {
  createLogger,
  ensureInstallation,
  loadExtensions,
  openProvisioning,
  readConfig,
  SecretMask,
  type Config,
  type OpenProvisioning,
} from '@hostwright/platform';
import { copyTestDatabase, createTestDatabase, seedShop, type ShopKind as Kind, type TestDatabase } from '@hostwright/platform/testing';
import type { JsonObject } from '@hostwright/sdk';
import { postControl, type InspectedSandbox } from '@hostwright/sdk-testing';
import { shop, startProviders, type Providers } from './providers.js';
import { waitFor } from './waits.js';

const root = join(__dirname, '../../../..');

export interface StageOptions {
  /** Of the sandboxes. Default 0.002. */
  readonly speed?: number;
  readonly waitScale?: number;
  readonly leaseMs?: number;
  readonly version?: string;
  /** More of the processes' environment. */
  readonly environment?: Record<string, string>;
  /** Those of another stage, which stops them. */
  readonly providers?: Providers;
}

/** A stage's own part, beside what every stage has. */
interface Standing {
  readonly db: TestDatabase;
  readonly environment: Record<string, string>;
  readonly providers: Providers;
  readonly ownsProviders: boolean;
  /** Where the servers and products are in the database already. */
  readonly serverIds?: Readonly<Record<Kind, string>>;
}

/** A whole installation without HTTP: database, three providers, the shipped extensions and a product that uses them. */
export class Stage {
  private readonly workers = new Set<ChildProcess>();
  private readonly loops = new Set<JobLoop>();
  private orders = 0;

  private constructor(
    /** What this process and those it started have logged. */
    readonly lines: string[],
    readonly db: TestDatabase,
    readonly config: Config,
    private readonly environment: Record<string, string>,
    readonly provisioning: OpenProvisioning,
    readonly installationId: string,
    /** The providers, by the kind of module that works with them. */
    readonly providers: Providers,
    private readonly ownsProviders: boolean,
    readonly serverIds: Readonly<Record<Kind, string>>,
  ) {}

  static async open({
    speed = 0.002,
    waitScale = 0.005,
    leaseMs = 1_000,
    version,
    environment: more = {},
    providers: others,
  }: StageOptions = {}): Promise<Stage> {
    const [db, providers] = await Promise.all([createTestDatabase(), others ?? startProviders(speed, version)]);
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: db.connectionString,
      EXTENSIONS_DIR: join(root, 'extensions'),
      WAIT_SCALE: String(waitScale),
      LEASE_MS: String(leaseMs),
      LOG_LEVEL: 'warn',
      NODE_ENV: 'test',
      HOSTWRIGHT_RECORD: process.env['HOSTWRIGHT_RECORD'] ?? '',
      ...more,
    };
    return Stage.stand({ db, environment, providers, ownsProviders: others === undefined });
  }

  private static async stand({ db, environment, providers, ownsProviders, serverIds }: Standing): Promise<Stage> {
    const config = readConfig(environment, root);
    const mask = new SecretMask();
    const lines: string[] = [];
    const logger = createLogger({ mask, level: 'info', destination: { write: (line) => void lines.push(line) } });
    const installationId = await ensureInstallation(db.pool);
    const loader = await loadExtensions(config, logger);
    const provisioning = openProvisioning(loader, { config, installationId, pool: db.pool, doorbell: silentBell, logger, mask });
    const servers = serverIds ?? (await seedShop({ pool: db.pool, loader, sealer: provisioning.sealer }, shop, providers)).serverIds;
    return new Stage(lines, db, config, environment, provisioning, installationId, providers, ownsProviders, servers);
  }

  /** A backup of the database as it is now, in a database of its own. Its workers must have been stopped. */
  backUp(): Promise<TestDatabase> {
    return copyTestDatabase(this.db);
  }

  /** The same installation on a backup of its database, at the same providers. */
  async restored(backup: TestDatabase): Promise<Stage> {
    const environment = { ...this.environment, DATABASE_URL: backup.connectionString };
    return Stage.stand({ db: backup, environment, providers: this.providers, ownsProviders: false, serverIds: this.serverIds });
  }

  async close(): Promise<void> {
    await this.stopWork();
    await this.provisioning.close();
    if (this.ownsProviders) await Promise.all(this.everyProvider().map((provider) => provider.stop()));
    await this.db.drop();
  }

  /** Kills the processes, and stops the workers inside this one. */
  async stopWork(): Promise<void> {
    for (const worker of this.workers) worker.kill('SIGKILL');
    for (const loop of this.loops) await loop.stop();
    this.workers.clear();
    this.loops.clear();
  }

  /** A worker inside this process. */
  async startLoop(): Promise<JobLoop> {
    const loop = this.provisioning.worker({
      name: 'inside',
      settings: { leaseMs: this.config.leaseMs, concurrency: 50, sweepMs: 200 },
      meter: new SilentMeter(),
    });
    this.loops.add(loop);
    await loop.start();
    return loop;
  }

  /** A worker process, as built. Resolves when it is ready. */
  startWorker(): Promise<ChildProcess> {
    return this.startProcess('worker', {});
  }

  /** The API as built, on a free port. Answers its address. */
  async startApi(): Promise<string> {
    await this.startProcess('api', {
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      PAYMENTER_CONFIG: join(root, 'config/paymenter.json'),
    });
    return /api ready on (http:[^"\s]+)/.exec(this.lines.join('\n'))![1]!;
  }

  private async startProcess(app: 'worker' | 'api', more: Record<string, string>): Promise<ChildProcess> {
    const worker = fork(join(root, `apps/${app}/dist/main.js`), {
      env: { ...process.env, ...this.environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      cwd: root,
      execArgv: [],
    });
    this.workers.add(worker);
    for (const stream of [worker.stdout, worker.stderr])
      stream?.on('data', (chunk: Buffer) => this.lines.push(...chunk.toString().split('\n').filter(Boolean)));
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('exit', (code) => reject(new Error(`the ${app} ended with ${code}: ${this.lines.slice(-5).join('\n')}`)));
    });
    return worker;
  }

  order(over: { plan?: string; id?: string; email?: string } = {}): ReturnType<OpenProvisioning['desk']['placeOrder']> {
    this.orders += 1;
    const email = over.email ?? 'customer@example.com';
    return this.provisioning.desk.placeOrder({
      productCode: `wordpress-${over.plan ?? 'basic'}`,
      customerEmail: email,
      order: { email, publicIp: '203.0.113.10' },
      external: { source: 'paymenter', id: over.id ?? `svc-${this.orders}` },
      requestedBy: 'test',
    });
  }

  terminate(serviceId: string): Promise<{ readonly jobId: string }> {
    return this.provisioning.desk.request(serviceId, 'terminate', 'test');
  }

  /** Waits for a state of the job. */
  async until(jobId: string, states: readonly string[], withinMs = 25_000): Promise<string> {
    return waitFor(
      withinMs,
      async () => {
        const { rows } = await this.db.pool.query<{ state: string }>(`SELECT state FROM provisioning_job WHERE id = $1`, [jobId]);
        return states.find((state) => state === rows[0]!.state);
      },
      async () => `job ${jobId} is not ${states.join(' or ')}\n${await this.story(jobId)}`,
    );
  }

  /** What the journal says of a job, for a failing test to show. */
  async story(jobId: string): Promise<string> {
    const { rows: steps } = await this.db.pool.query(
      `SELECT key, state, attempts, unknown, error, wake_at - now() AS due, wait_for FROM provisioning_step WHERE job_id = $1 ORDER BY started_at`,
      [jobId],
    );
    const { rows: job } = await this.db.pool.query(
      `SELECT state, phase, worker_id, wake_at - now() AS due, failure, fence FROM provisioning_job WHERE id = $1`,
      [jobId],
    );
    const { rows: tasks } = await this.db.pool.query(`SELECT kind, title, detail FROM operator_task WHERE job_id = $1 AND state = 'open'`, [
      jobId,
    ]);
    return [job, steps, tasks]
      .flat()
      .map((one) => JSON.stringify(one))
      .concat(this.lines.slice(-10))
      .join('\n');
  }

  everyProvider(): InspectedSandbox[] {
    return Object.values(this.providers);
  }

  /** Everything that is live at the providers, `kind id`. */
  ledger(): string[] {
    return this.everyProvider()
      .flatMap((provider) => provider.ledger())
      .map((entry) => `${entry.kind} ${entry.id}`)
      .sort();
  }

  /** What is not as it must be with so many finished sites at the providers; empty when all is well. */
  flaws(sites: number): string[] {
    const ledger = this.everyProvider().flatMap((provider) => provider.ledger());
    const flaws = shop.delivered.flatMap(({ kind, count, details = {} }) => {
      const entries = ledger.filter((entry) => entry.kind === kind);
      const odd = entries.filter((entry) => Object.entries(details).some(([name, value]) => entry.details?.[name] !== value));
      return [
        ...(entries.length === count * sites ? [] : [`${entries.length} of ${kind}, not ${count * sites}`]),
        ...odd.map((entry) => JSON.stringify(entry)),
      ];
    });
    const owners = new Set(ledger.flatMap((entry) => (entry.owner === undefined ? [] : [entry.owner])));
    return [
      ...flaws,
      ...(owners.size === sites ? [] : [`${owners.size} owners, not ${sites}`]),
      ...this.everyProvider().flatMap((provider) => provider.violations()),
    ];
  }

  /** Tells a provider's sandbox something of its own; see its README. */
  async control(kind: Kind, path: string, body: JsonObject): Promise<void> {
    await postControl(this.providers[kind], path, body);
  }

  /** What a provider's sandbox counts; see its README. */
  async stats(kind: Kind): Promise<JsonObject> {
    return (await (await fetch(`${this.providers[kind].controlUrl}/stats`)).json()) as JsonObject;
  }

  /** Values of the servers' secret settings. */
  secrets(): string[] {
    return shop.servers.flatMap(({ extension, kind }) =>
      Object.entries(this.provisioning.catalog.find(extension, kind)!.server).flatMap(([name, field]) =>
        field.type === 'secret' ? [String(this.providers[kind].server[name])] : [],
      ),
    );
  }

  get extensions(): string[] {
    return shop.servers.map(({ extension }) => extension);
  }
}

const silentBell = { ring: () => Promise.resolve() } as Doorbell;
