import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { getQueueToken } from '@nestjs/bullmq';
import { ModuleRef } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import {
  AdoptionDesk,
  Doorbell,
  DomainDesk,
  MailDesk,
  ModuleCatalog,
  OperatorDesk,
  ProvisioningDesk,
  ReceiverSettings,
  RepairDesk,
  Sealer,
  ServerChoices,
  ServerProbe,
  ServiceInspector,
  ZoneReader,
  ServiceFileReader,
  ServiceSignOn,
  TriggerModules,
} from '@hostwright/core';
import {
  createMetrics,
  createPool,
  DatabaseModule,
  ensureInstallation,
  entities,
  loadExtensions,
  locateDatabase,
  missingMigrations,
  openProvisioning,
  PgMailDesk,
  QueueModule,
  StoresModule,
  TriggerStoresModule,
  WebhookStoresModule,
  type Config,
  type ExtensionLoader,
  type Logger,
  type OpenProvisioning,
  type SecretMask,
} from '@hostwright/platform';
import { createApi } from './api.js';
import { ProcessMetrics, Readiness } from './health/index.js';
import { ApiLog } from './http/index.js';

/** Requests that wait for the database at once; more wait for them. */
const maxConnections = 10;

/** The API of this process, listening. The schema must be up to date. */
export async function runApi(
  config: Config,
  logger: Logger,
  mask: SecretMask,
): Promise<{ readonly app: NestFastifyApplication; readonly url: string }> {
  const log = new ApiLog(logger);
  const connectionString = await locateDatabase(config);
  mask.add(connectionString);
  const start = createPool({ connectionString, name: 'start', max: 1, log });
  const installationId = await ensureInstallation(start).finally(() => start.end());
  const loader = await loadExtensions(config, logger);
  const app = await createApi({
    config,
    logger,
    infrastructure: [
      DatabaseModule.register({ connectionString, name: 'api', max: maxConnections, log, entities }),
      QueueModule.register({
        redisUrl: config.redisUrl,
        connectionString,
        log,
        rings: ['provisioning', 'emails', 'looks', 'webhooks'],
        workers: 0,
      }),
      StoresModule,
      WebhookStoresModule,
      TriggerStoresModule,
      outside({ config, logger, mask, installationId, loader }),
    ],
  });
  await app.listen(config.port, config.host);
  return { app, url: await app.getUrl() };
}

interface Outside {
  readonly config: Config;
  readonly logger: Logger;
  readonly mask: SecretMask;
  readonly installationId: string;
  readonly loader: ExtensionLoader;
}

/** What the API reaches beyond its own tables: the loaded extensions and, through them, providers. */
function outside({ config, logger, mask, installationId, loader }: Outside): DynamicModule {
  const provisioning = 'provisioning';
  const part = <T>(token: abstract new (...args: never[]) => T, pick: (all: OpenProvisioning) => T) => ({
    provide: token,
    useFactory: pick,
    inject: [provisioning],
  });
  const ports = [
    {
      provide: provisioning,
      useFactory: (pool: pg.Pool, doorbell: Doorbell) => openProvisioning(loader, { config, installationId, pool, doorbell, logger, mask }),
      inject: [pg.Pool, Doorbell],
    },
    part(ModuleCatalog, ({ catalog }) => catalog),
    part(ProvisioningDesk, ({ desk }) => desk),
    part(DomainDesk, ({ domains }) => domains),
    part(OperatorDesk, ({ operators }) => operators),
    part(RepairDesk, ({ repairs }) => repairs),
    part(ZoneReader, ({ zones }) => zones),
    part(ServiceInspector, ({ inspector }) => inspector),
    part(ServiceSignOn, ({ signOn }) => signOn),
    part(ServiceFileReader, ({ files }) => files),
    part(ServerChoices, ({ choices }) => choices),
    part(AdoptionDesk, ({ adoptions }) => adoptions),
    part(ServerProbe, ({ probe }) => probe),
    part(Sealer, ({ sealer }) => sealer),
    part(TriggerModules, ({ triggers }) => triggers),
    {
      provide: MailDesk,
      useFactory: (pool: pg.Pool, doorbell: Doorbell) => new PgMailDesk({ pool, doorbell, smtpUrl: config.smtpUrl, now: () => new Date() }),
      inject: [pg.Pool, Doorbell],
    },
    {
      provide: ReceiverSettings,
      useValue: new ReceiverSettings(config.webhookReceivers.networks, config.webhookReceivers.plainHttp),
    },
    {
      provide: ProcessMetrics,
      useFactory: (pool: pg.Pool) => new ProcessMetrics(createMetrics({ process: 'api', facts: { db: pool, log: new ApiLog(logger) } })),
      inject: [pg.Pool],
    },
    { provide: Readiness, useFactory: (pool: pg.Pool, nest: ModuleRef) => readiness(pool, nest), inject: [pg.Pool, ModuleRef] },
  ];
  @Global()
  @Module({})
  class OutsideModule implements OnApplicationShutdown {
    constructor(@Inject(provisioning) private readonly all: OpenProvisioning) {}

    async onApplicationShutdown(): Promise<void> {
      await this.all.close();
    }
  }
  return { module: OutsideModule, providers: ports, exports: ports.map(({ provide }) => provide) };
}

function readiness(pool: pg.Pool, nest: ModuleRef): Readiness {
  return new Readiness([
    { name: 'database', check: async () => void (await pool.query('SELECT 1')) },
    {
      name: 'schema',
      async check() {
        const missing = await missingMigrations(pool);
        if (missing.length > 0) throw new Error(`migrations have not run: ${missing.join(', ')}`);
      },
    },
    {
      name: 'queue',
      check: async () => void (await nest.get<{ count(): Promise<number> }>(getQueueToken('provisioning'), { strict: false }).count()),
    },
  ]);
}
