import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Doorbell } from '@hostwright/core';
import {
  createLogger,
  createPool,
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
import type pg from 'pg';
import { LeanWorker, WorkerProcess } from './worker-process.js';

export const root = join(import.meta.dirname, '../../..');

const soldShop = JSON.parse(readFileSync(join(root, 'config/demo.json'), 'utf8')) as Shop;
/** What the providers hold of one finished site. */
export const delivered = soldShop.delivered;

const silentBell = { ring: () => Promise.resolve() } as Doorbell;

/** Providers of its own, servers of its own, and a product that uses them. */
export interface RunningShop {
  readonly providers: Readonly<Record<ShopKind, InspectedSandbox>>;
  readonly serverIds: Readonly<Record<ShopKind, string>>;
  readonly productCode: string;
}

export interface Service {
  readonly shop: RunningShop;
  readonly serviceId: string;
  readonly createJobId: string;
  /** The owner mark that everything of it bears at the providers. */
  readonly owner: string;
  /** Names and addresses that are its own alone. */
  readonly names: readonly string[];
}

export interface InstallationOptions {
  readonly databaseUrl: string;
  /** Several, so that a permit there is one of does not make all jobs stand in one line. */
  readonly shops: number;
  /** Of the providers. */
  readonly speed?: number;
  readonly waitScale?: number;
  /** More of the processes' environment. */
  readonly environment?: Record<string, string>;
  /** Default: nobody hears it, and workers find by themselves what is due. */
  readonly doorbell?: Doorbell;
}

/** A panel without HTTP in a database of its own: shipped extensions, shops as the demonstration has them, and their providers. */
export class Installation {
  private orders = 0;
  /** Services that went wrong: what is left of them is known already. */
  readonly flawed: Service[] = [];

  private constructor(
    readonly pool: pg.Pool,
    readonly environment: Readonly<Record<string, string>>,
    private readonly installationId: string,
    private readonly provisioning: OpenProvisioning,
    readonly shops: readonly RunningShop[],
    /** What the worker processes have logged. */
    readonly lines: string[],
  ) {}

  static async open({
    databaseUrl,
    shops: count,
    speed = 0.002,
    waitScale = 0.001,
    environment: more = {},
    doorbell = silentBell,
  }: InstallationOptions): Promise<Installation> {
    await migrate(databaseUrl);
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: databaseUrl,
      EXTENSIONS_DIR: join(root, 'extensions'),
      WAIT_SCALE: String(waitScale),
      LEASE_MS: '1000',
      LOG_LEVEL: 'error',
      NODE_ENV: 'test',
      ...more,
    };
    const config = readConfig(environment, root);
    const mask = new SecretMask();
    const logger = createLogger({ mask, level: 'silent' });
    const pool = createPool({ connectionString: databaseUrl, name: 'crash sweep', max: 10, log: { warn: () => undefined } });
    const installationId = await ensureInstallation(pool);
    const loader = await loadExtensions(config, logger);
    const provisioning = openProvisioning(loader, { config, installationId, pool, doorbell, logger, mask });
    const shops: RunningShop[] = [];
    for (let number = 1; number <= count; number += 1) {
      const providers = await startProviders(speed);
      const { serverIds, productCodes } = await seedShop({ pool, loader, sealer: provisioning.sealer }, soldShop, providers, `-${number}`);
      shops.push({ providers, serverIds, productCode: productCodes[0]! });
    }
    return new Installation(pool, environment, installationId, provisioning, shops, []);
  }

  async close(): Promise<void> {
    await this.provisioning.close();
    await Promise.all(this.shops.flatMap(({ providers }) => Object.values(providers).map((provider) => provider.stop())));
    await this.pool.end();
  }

  /** A worker process that loads and waits to be told to begin. */
  newWorker(leaseMs = 1_000): LeanWorker {
    const environment = { ...this.environment, LEASE_MS: String(leaseMs) };
    return new LeanWorker(join(import.meta.dirname, 'worker/lean-worker.js'), environment, root, this.lines);
  }

  /** A worker app as built. Resolves when it is at work. */
  async startApp(): Promise<WorkerProcess> {
    const worker = new WorkerProcess(join(root, 'apps/worker/dist/main.js'), this.environment, root, this.lines);
    await worker.ready;
    return worker;
  }

  async order(shop: RunningShop): Promise<Service> {
    this.orders += 1;
    const email = `customer-${this.orders}@example.com`;
    const placed = await this.provisioning.desk.placeOrder({
      productCode: shop.productCode,
      customerEmail: email,
      order: { email, publicIp: '203.0.113.10' },
      requestedBy: 'crash sweep',
    });
    const names = Object.values(placed.reserved).flatMap((values: JsonObject) =>
      Object.values(values).filter((value) => typeof value === 'string'),
    );
    const owner = `hw-${this.installationId}-${placed.serviceId}`;
    return { shop, serviceId: placed.serviceId, createJobId: placed.jobId, owner, names };
  }

  async terminate({ serviceId }: Service): Promise<string> {
    return (await this.provisioning.desk.request(serviceId, 'terminate', 'crash sweep')).jobId;
  }

  /** The provider behind a server. */
  providerOf(serverId: string): InspectedSandbox {
    for (const { providers, serverIds } of this.shops)
      for (const [kind, id] of Object.entries(serverIds)) if (id === serverId) return providers[kind as ShopKind];
    throw new Error(`there is no server ${serverId}`);
  }
}

async function startProviders(speed: number): Promise<Record<ShopKind, InspectedSandbox>> {
  const started = soldShop.servers.map(async ({ extension, kind }) => {
    const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`)) as { default: Sandbox };
    return [kind, (await sandbox.start({ speed })) as InspectedSandbox] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as Record<ShopKind, InspectedSandbox>;
}
