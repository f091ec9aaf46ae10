import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Doorbell } from '@hostwright/core';
import {
  createLogger,
  createPool,
  EmbeddedServer,
  ensureInstallation,
  loadExtensions,
  migrate,
  openProvisioning,
  readConfig,
  SecretMask,
  type OpenProvisioning,
} from '@hostwright/platform';
import { seedShop, type Shop, type ShopKind } from '@hostwright/platform/testing';
import type { JsonObject } from '@hostwright/sdk';
import type { InspectedSandbox, Sandbox } from '@hostwright/sdk-testing';
import { WorkerProcess } from './worker-process.js';
import { root } from './workshop.js';

const soldShop = JSON.parse(readFileSync(join(root, 'config/demo.json'), 'utf8')) as Shop;
/** Nobody hears it: workers find by themselves what is due. */
const silentBell = { ring: () => Promise.resolve() } as Doorbell;
/** Of the sandboxes: what the API of the cluster does is not what is to be seen here. */
const sandboxSpeed = 0.02;
const wrongSha256 = '0'.repeat(64);

export interface PanelOptions {
  /** What is real here, and not as the sandbox has it: the nodes, their network, and the archive. */
  readonly server: JsonObject;
  readonly product: JsonObject;
  /** Where processes run and write. */
  readonly folder: string;
}

/** A product whose archive is as its checksum says, and one where it is another. */
export type ProductKind = 'good' | 'wrong checksum';

export interface PlacedOrder {
  readonly jobId: string;
  readonly vmid: number;
  readonly address: string;
  readonly hostname: string;
  /** Names the lock of the set-up. */
  readonly claim: string;
}

export interface JobView {
  readonly state: string;
  readonly phase: string;
  readonly failure: { readonly message?: string } | null;
  readonly serviceState: string;
  /** Open operator tasks, as `kind: title (detail)`. */
  readonly tasks: readonly string[];
  /** Its step that sets the site up. */
  readonly step: { readonly state: string; readonly polls: number; readonly attempts: number } | null;
}

/** A panel without HTTP over an embedded PostgreSQL, with the shipped extensions; the API of each provider is its sandbox. */
export class Panel {
  private orders = 0;
  readonly lines: string[] = [];

  private constructor(
    private readonly database: EmbeddedServer,
    private readonly pool: ReturnType<typeof createPool>,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly installationId: string,
    private readonly provisioning: OpenProvisioning,
    private readonly sandboxes: Readonly<Record<ShopKind, InspectedSandbox>>,
    private readonly products: Readonly<Record<ProductKind, string>>,
    private readonly folder: string,
  ) {}

  static async open({ server, product, folder }: PanelOptions): Promise<Panel> {
    const database = await EmbeddedServer.start({ dataDir: databaseFolder(folder), throwAway: true });
    await migrate(database.connectionString);
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: database.connectionString,
      EXTENSIONS_DIR: join(root, 'extensions'),
      LEASE_MS: '5000',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'test',
    };
    const config = readConfig(environment, folder);
    const mask = new SecretMask();
    const logger = createLogger({ mask, level: 'silent' });
    const pool = createPool({ connectionString: database.connectionString, name: 'wordpress', max: 4, log: { warn: () => undefined } });
    const installationId = await ensureInstallation(pool);
    const loader = await loadExtensions(config, logger);
    const provisioning = openProvisioning(loader, { config, installationId, pool, doorbell: silentBell, logger, mask });
    const sandboxes = await startSandboxes();
    const { provisioning: cluster } = sandboxes;
    const providers = {
      ...sandboxes,
      provisioning: { server: { ...cluster.server, ...server }, product: { ...cluster.product, ...product } },
    };
    const [sold] = soldShop.products;
    const component = sold!.components[0]!;
    const wrong = { ...component, settings: { ...component.settings, wordpressSha256: wrongSha256 } };
    const shop = { ...soldShop, products: [sold!, { ...sold!, code: 'wrong-checksum', components: [wrong] }] };
    const { productCodes } = await seedShop({ pool, loader, sealer: provisioning.sealer }, shop, providers);
    const products = { good: productCodes[0]!, 'wrong checksum': productCodes[1]! };
    return new Panel(database, pool, environment, installationId, provisioning, sandboxes, products, folder);
  }

  async order(kind: ProductKind): Promise<PlacedOrder> {
    this.orders += 1;
    const email = `site-${this.orders}@example.com`;
    const { jobId, serviceId, reserved } = await this.provisioning.desk.placeOrder({
      productCode: this.products[kind],
      customerEmail: email,
      order: { email, publicIp: '203.0.113.10' },
      requestedBy: 'test:wordpress',
    });
    const { vmid, ip, subdomain } = Object.values(reserved)[0] as { vmid: number; ip: string; subdomain: string };
    const zone = String(soldShop.products[0]!.components[0]!.settings['domain']);
    const claim = `setup-hw-${this.installationId}-${serviceId}`;
    return { jobId, vmid, address: ip, hostname: `${subdomain}.${zone}`, claim };
  }

  startWorker(): Promise<WorkerProcess> {
    return WorkerProcess.start(this.environment, this.folder, this.lines);
  }

  async job(jobId: string): Promise<JobView> {
    const { rows } = await this.pool.query<JobView>(
      `SELECT p.state, p.phase, p.failure, s.state AS "serviceState",
         (SELECT coalesce(json_agg(t.kind || ': ' || t.title || ' (' || t.detail || ')'), '[]') FROM operator_task t
           WHERE t.job_id = p.id AND t.state = 'open') AS tasks,
         (SELECT json_build_object('state', t.state, 'polls', t.polls, 'attempts', t.attempts) FROM provisioning_step t
           WHERE t.job_id = p.id AND t.key LIKE '%install WordPress') AS step
       FROM provisioning_job p JOIN service s ON s.id = p.service_id WHERE p.id = $1`,
      [jobId],
    );
    return rows[0]!;
  }

  /** What the providers' sandboxes hold, as `kind id`. */
  ledger(): readonly string[] {
    return Object.values(this.sandboxes).flatMap((sandbox) => sandbox.ledger().map(({ kind, id }) => `${kind} ${id}`));
  }

  async close(): Promise<void> {
    await this.provisioning.close();
    await Promise.all(Object.values(this.sandboxes).map((sandbox) => sandbox.stop()));
    await this.pool.end();
    await this.database.destroy();
  }

  /** Ends the database that a run which was killed has left, given the run's folder. It outlives its starter, as in production. */
  static async removeLeftOver(folder: string): Promise<void> {
    if (!existsSync(databaseFolder(folder))) return;
    const database = await EmbeddedServer.start({ dataDir: databaseFolder(folder), throwAway: true });
    await database.destroy();
  }
}

/** Where the record of the database is; the data lies where its own user can reach it. */
function databaseFolder(folder: string): string {
  return join(folder, 'database');
}

async function startSandboxes(): Promise<Record<ShopKind, InspectedSandbox>> {
  const started = soldShop.servers.map(async ({ extension, kind }) => {
    const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`)) as { default: Sandbox };
    return [kind, (await sandbox.start({ speed: sandboxSpeed })) as InspectedSandbox] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as Record<ShopKind, InspectedSandbox>;
}
