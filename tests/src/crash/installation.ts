import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { customerMark, ownerMark, type Doorbell } from '@hostwright/core';
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
import { seedShop } from '@hostwright/platform/testing';
import type { Json, JsonObject } from '@hostwright/sdk';
import { standingRecords, startNameServer, type InspectedSandbox, type NameServer } from '@hostwright/sdk-testing';
import type pg from 'pg';
import { readCases, type SweepCase } from './cases.js';
import { startProviders } from './providers.js';
import { ledgerOf } from './verdict.js';
import { LeanWorker, WorkerProcess } from './worker-process.js';

export const root = join(import.meta.dirname, '../../..');

const silentBell = { ring: () => Promise.resolve() } as Doorbell;

/** Providers of its own, servers of its own, and products that use them. */
export interface RunningShop {
  readonly sold: SweepCase;
  /** By the name of their server. A server without a provider has none. */
  readonly providers: Readonly<Record<string, InspectedSandbox>>;
  readonly serverIds: Readonly<Record<string, string>>;
  /** Code in the case → code here. */
  readonly productCodes: Readonly<Record<string, string>>;
  /** Kind and id of what the providers held before anything was ordered, and of what that is added to. */
  readonly standing: Set<string>;
}

export interface Service {
  readonly shop: RunningShop;
  readonly serviceId: string;
  readonly createJobId: string;
  /** What everything of it bears at the providers: its own mark first, then its customer's, who has no other, then that of what it is added to. */
  readonly marks: readonly string[];
  /** Names and addresses that are its own alone. */
  readonly names: readonly string[];
  /** One that its customer may bring. */
  readonly domain: string;
  /** Numbers that were reserved for it, unlike those of any other service of its shop. */
  readonly numbers: readonly number[];
}

export interface InstallationOptions {
  readonly databaseUrl: string;
  /** Default: the one that is the matrix. */
  readonly cases?: readonly SweepCase[];
  /** Of each case. Several, so that a permit there is one of does not make all jobs stand in one line. */
  readonly shops: number;
  /** Of the providers. */
  readonly speed?: number;
  readonly waitScale?: number;
  /** More of the processes' environment. */
  readonly environment?: Record<string, string>;
  /** Default: nobody hears it, and workers find by themselves what is due. */
  readonly doorbell?: Doorbell;
}

/** A panel without HTTP in a database of its own: shipped extensions, shops, their providers, and a name server. */
export class Installation {
  private orders = 0;
  /** Services of which what is left at the providers is known: they went wrong, or something of them rightly stays. */
  readonly accounted: Service[] = [];

  private constructor(
    readonly pool: pg.Pool,
    readonly environment: Readonly<Record<string, string>>,
    private readonly installationId: string,
    readonly provisioning: OpenProvisioning,
    readonly shops: readonly RunningShop[],
    readonly nameServer: NameServer,
    /** What the worker processes have logged. */
    readonly lines: string[],
  ) {}

  static async open({
    databaseUrl,
    cases = readCases(root).filter(({ matrix }) => matrix),
    shops: count,
    speed = 0.002,
    waitScale = 0.001,
    environment: more = {},
    doorbell = silentBell,
  }: InstallationOptions): Promise<Installation> {
    await migrate(databaseUrl);
    const shops: RunningShop[] = [];
    const nameServer = await startNameServer({
      standing: () => standingRecords(shops.flatMap(({ providers }) => Object.values(providers).flatMap((provider) => provider.ledger()))),
    });
    const environment = {
      SECRET_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: databaseUrl,
      EXTENSIONS_DIR: join(root, 'extensions'),
      WAIT_SCALE: String(waitScale),
      LEASE_MS: '1000',
      HOSTWRIGHT_DNS_SERVERS: nameServer.address,
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
    for (let number = 1; number <= count; number += 1)
      for (const sold of cases) {
        const mark = `-${sold.name}-${number}`;
        const providers = await startProviders(sold, join(root, 'extensions'), { speed, publicDns: nameServer.address });
        const seeded = await seedShop({ pool, loader, sealer: provisioning.sealer }, sold, providers, mark);
        const standing = Object.values(providers).flatMap((provider) => provider.ledger().map(({ kind, id }) => `${kind} ${id}`));
        shops.push({
          sold,
          providers,
          serverIds: seeded.serverIdsByName,
          productCodes: Object.fromEntries(sold.products.map(({ code }) => [code, code + mark])),
          standing: new Set(standing),
        });
      }
    return new Installation(pool, environment, installationId, provisioning, shops, nameServer, []);
  }

  async close(): Promise<void> {
    await this.provisioning.close();
    await Promise.all(this.shops.flatMap(({ providers }) => Object.values(providers).map((provider) => provider.stop())));
    await this.nameServer.stop();
    await this.pool.end();
  }

  /** A worker process that loads and waits to be told to begin. */
  newWorker(): LeanWorker {
    return new LeanWorker(join(import.meta.dirname, 'worker/lean-worker.js'), this.environment, root, this.lines);
  }

  /** A worker app as built. Resolves when it is at work. */
  async startApp(): Promise<WorkerProcess> {
    const worker = new WorkerProcess(join(root, 'apps/worker/dist/main.js'), this.environment, root, this.lines);
    await worker.ready;
    return worker;
  }

  /** The product that is swept; `parent`: of a case that has one, what it is added to. */
  order(shop: RunningShop, parent?: Service): Promise<Service> {
    return this.placed(shop, shop.sold, parent);
  }

  /** What the product of the case is added to. */
  orderParent(shop: RunningShop): Promise<Service> {
    return this.placed(shop, shop.sold.parent!);
  }

  /** From now on it is as if it had been there before anything was ordered. */
  letStand(service: Service): void {
    const { shop } = service;
    for (const { kind, id } of ledgerOf(shop, [service]).of(service)) shop.standing.add(`${kind} ${id}`);
  }

  private async placed(shop: RunningShop, { product, order }: Pick<SweepCase, 'product' | 'order'>, parent?: Service): Promise<Service> {
    this.orders += 1;
    const customer = parent?.names[0] ?? `customer-${this.orders}`;
    const domain = `${customer}.example`;
    if (shop.sold.delegated) this.nameServer.set(domain, 'NS', shop.sold.delegated);
    const { desk } = this.provisioning;
    const wanted = {
      productCode: shop.productCodes[product]!,
      order: filledIn(order, customer) as JsonObject,
      requestedBy: 'crash sweep',
    };
    const placed = parent
      ? await desk.placeAddon({ ...wanted, parentId: parent.serviceId })
      : await desk.placeOrder({ ...wanted, customerEmail: `${customer}@example.com` });
    const reserved = Object.values(placed.reserved).flatMap((values: JsonObject) => Object.values(values));
    const names = new Set([customer, ...reserved.filter((value) => typeof value === 'string')]);
    const numbers = reserved.filter((value) => typeof value === 'number');
    const { rows } = await this.pool.query<{ customer: string }>(`SELECT customer_id AS customer FROM service WHERE id = $1`, [
      placed.serviceId,
    ]);
    const marks = [
      ownerMark(this.installationId, placed.serviceId),
      customerMark(this.installationId, rows[0]!.customer),
      ...(parent ? [parent.marks[0]!] : []),
    ];
    return {
      shop,
      serviceId: placed.serviceId,
      createJobId: placed.jobId,
      marks,
      names: [...names],
      domain,
      numbers,
    };
  }

  async terminate({ serviceId }: Service): Promise<string> {
    return (await this.provisioning.desk.request(serviceId, 'terminate', 'crash sweep')).jobId;
  }

  /** The provider behind a server. */
  providerOf(serverId: string): InspectedSandbox {
    for (const { providers, serverIds } of this.shops)
      for (const [name, id] of Object.entries(serverIds)) if (id === serverId && providers[name]) return providers[name];
    throw new Error(`there is no provider behind server ${serverId}`);
  }

  /** Server → regular expression of the calls that change nothing there, where it is not told by the method. */
  get reads(): Readonly<Record<string, string>> {
    const told = this.shops.flatMap(({ sold, serverIds }) =>
      sold.servers.flatMap(({ name, reads }) => (reads === undefined ? [] : [[serverIds[name]!, reads] as const])),
    );
    return Object.fromEntries(told);
  }
}

function filledIn(value: Json, customer: string): Json {
  return JSON.parse(JSON.stringify(value).replaceAll('{customer}', customer)) as Json;
}
