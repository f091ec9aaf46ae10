import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SealedSettings, type Doorbell, type JobLoop } from '@hostwright/core';
import cloudflareDns from '@hostwright/ext-cloudflare-dns/sandbox';
import nginxProxyManager from '@hostwright/ext-nginx-proxy-manager/sandbox';
import { startProxmoxSandbox, type ProxmoxSandbox } from '@hostwright/ext-proxmoxwp/sandbox';
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
import { createTestDatabase, type TestDatabase } from '@hostwright/platform/testing';
import type { JsonObject } from '@hostwright/sdk';
import type { RunningSandbox } from '@hostwright/sdk-testing';

const root = join(__dirname, '../../../..');

export interface StageOptions {
  /** Of the sandboxes. Default 0.002. */
  readonly speed?: number;
  readonly waitScale?: number;
  readonly leaseMs?: number;
  readonly version?: string;
  /** More of the processes' environment. */
  readonly environment?: Record<string, string>;
}

/** A whole installation without HTTP: database, three providers, the shipped extensions and a product that uses them. */
export class Stage {
  readonly lines: string[] = [];
  private readonly workers = new Set<ChildProcess>();
  private readonly loops = new Set<JobLoop>();
  private orders = 0;

  private constructor(
    readonly db: TestDatabase,
    readonly config: Config,
    private readonly environment: Record<string, string>,
    readonly provisioning: OpenProvisioning,
    readonly pve: ProxmoxSandbox,
    readonly dns: RunningSandbox,
    readonly proxy: RunningSandbox,
    readonly serverIds: Readonly<Record<'pve' | 'dns' | 'proxy', string>>,
  ) {}

  static async open({ speed = 0.002, waitScale = 0.005, leaseMs = 1_000, version, environment: more = {} }: StageOptions = {}): Promise<Stage> {
    const [db, pve, dns, proxy] = await Promise.all([
      createTestDatabase(),
      startProxmoxSandbox({ speed, ...(version ? { version } : {}) }),
      cloudflareDns.start({ speed }),
      nginxProxyManager.start({ speed }),
    ]);
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: db.connectionString,
      EXTENSIONS_DIR: join(root, 'extensions'),
      WAIT_SCALE: String(waitScale),
      LEASE_MS: String(leaseMs),
      LOG_LEVEL: 'warn',
      NODE_ENV: 'test',
      ...more,
    };
    const config = readConfig(environment, root);
    const mask = new SecretMask();
    const lines: string[] = [];
    const logger = createLogger({ mask, level: 'info', destination: { write: (line) => void lines.push(line) } });
    const installationId = await ensureInstallation(db.pool);
    const loader = await loadExtensions(config, logger);
    const provisioning = openProvisioning(loader, { config, installationId, pool: db.pool, doorbell: silentBell, logger, mask });
    const settings = new SealedSettings(provisioning.sealer);
    const addServer = async (
      extension: string,
      kind: 'provisioning' | 'dns' | 'proxy',
      values: JsonObject,
      groupId: string | null,
    ): Promise<string> => {
      const { rows } = await db.pool.query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('server', 'id')) AS id`);
      const { id } = rows[0]!;
      const fields = loader.get(extension).extension[kind]!.server;
      await db.pool.query(
        `INSERT INTO server (id, name, extension, kind, server_group_id, settings) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6)`,
        [id, extension, extension, kind, groupId, JSON.stringify(settings.seal(id, fields, values))],
      );
      return id;
    };
    const { rows: groups } = await db.pool.query<{ id: string }>(`INSERT INTO server_group (name) VALUES ('sites') RETURNING id`);
    const serverIds = {
      pve: await addServer('proxmoxwp', 'provisioning', pve.server, groups[0]!.id),
      dns: await addServer('cloudflare-dns', 'dns', { ...dns.server, zone: 'nodepoint.eu' }, null),
      proxy: await addServer('nginx-proxy-manager', 'proxy', proxy.server, null),
    };
    for (const plan of ['basic', 'standard', 'premium']) {
      const { rows } = await db.pool.query<{ id: string }>(`INSERT INTO product (code, name) VALUES ($1, $1) RETURNING id`, [`wordpress-${plan}`]);
      await db.pool.query(
        `INSERT INTO product_component (product_id, name, extension, server_group_id, settings, connections) VALUES ($1, 'site', 'proxmoxwp', $2, $3, $4)`,
        [
          rows[0]!.id,
          groups[0]!.id,
          JSON.stringify({ ...pve.product, plan }),
          JSON.stringify({ dns: serverIds.dns, proxy: serverIds.proxy }),
        ],
      );
    }
    const stage = new Stage(db, config, environment, provisioning, pve, dns, proxy, serverIds);
    stage.lines.push(...lines);
    return stage;
  }

  async close(): Promise<void> {
    for (const worker of this.workers) worker.kill('SIGKILL');
    for (const loop of this.loops) await loop.stop();
    await this.provisioning.close();
    await Promise.all([this.pve.stop(), this.dns.stop(), this.proxy.stop()]);
    await this.db.drop();
  }

  /** A worker inside this process. */
  async startLoop(): Promise<JobLoop> {
    const loop = this.provisioning.worker({
      name: 'inside',
      settings: { waitScale: this.config.waitScale, leaseMs: this.config.leaseMs, concurrency: 50, sweepMs: 200 },
      meter: { stepEnded: () => undefined, turnEnded: () => undefined, swept: () => undefined },
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
    await this.startProcess('api', { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info', PAYMENTER_CONFIG: join(root, 'config/paymenter.json') });
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
    const end = Date.now() + withinMs;
    for (;;) {
      const { rows } = await this.db.pool.query<{ state: string }>(`SELECT state FROM provisioning_job WHERE id = $1`, [jobId]);
      const state = rows[0]!.state;
      if (states.includes(state)) return state;
      if (Date.now() > end) throw new Error(`job ${jobId} is ${state}, not ${states.join(' or ')}\n${await this.story(jobId)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
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

  /** Everything that is live at the three providers, `kind id`. */
  ledger(): string[] {
    return [...this.pve.ledger(), ...this.dns.ledger(), ...this.proxy.ledger()].map((entry) => `${entry.kind} ${entry.id}`).sort();
  }
}

const silentBell = { ring: () => Promise.resolve() } as Doorbell;
