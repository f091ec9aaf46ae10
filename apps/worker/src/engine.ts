import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { defaultEngineSettings, Doorbell, JobLoop, ModuleCatalog, TriggerLook, UpkeepDesk } from '@hostwright/core';
import { loadExtensions, openProvisioning, StoredMeter, type OpenProvisioning } from '@hostwright/platform';
import pg from 'pg';
import { createLookWork, LookWork } from './look-work.js';
import type { EngineSurroundings } from './run-worker.js';
import { createTriggerLook } from './trigger-work.js';

/** Holds what is to be closed after the loop has stopped. */
class OpenEngine implements OnApplicationShutdown {
  constructor(readonly provisioning: OpenProvisioning) {}

  async onApplicationShutdown(): Promise<void> {
    await this.provisioning.close();
  }
}

/** A loop whose counts reach the database, those of its last turns too. */
class MeteredLoop extends JobLoop {
  constructor(
    private readonly loop: JobLoop,
    private readonly meter: StoredMeter,
  ) {
    super();
  }

  override async start(): Promise<void> {
    await this.loop.start();
    this.meter.start();
  }

  override async stop(): Promise<void> {
    await this.loop.stop();
    await this.meter.stop();
  }

  override look(): void {
    this.loop.look();
  }
}

@Module({})
class EngineModule {}

/** Provides the `JobLoop`, the `LookWork`, the `TriggerLook`, the `UpkeepDesk` and the `ModuleCatalog` of this worker: the engine with this process' extensions. */
export async function createEngine({ config, installation, log, logger, mask }: EngineSurroundings): Promise<DynamicModule> {
  const loader = await loadExtensions(config, logger);
  const settings = {
    ...defaultEngineSettings,
    leaseMs: config.leaseMs,
    concurrency: config.workerConcurrency,
  };
  return {
    module: EngineModule,
    providers: [
      {
        provide: OpenEngine,
        useFactory: (pool: pg.Pool, doorbell: Doorbell) =>
          new OpenEngine(openProvisioning(loader, { config, installationId: installation, pool, doorbell, logger, mask })),
        inject: [pg.Pool, Doorbell],
      },
      {
        provide: JobLoop,
        useFactory: ({ provisioning }: OpenEngine, pool: pg.Pool) => {
          const meter = new StoredMeter({ db: pool, log });
          return new MeteredLoop(provisioning.worker({ name: `worker ${process.pid}`, settings, meter }), meter);
        },
        inject: [OpenEngine, pg.Pool],
      },
      {
        provide: LookWork,
        useFactory: ({ provisioning }: OpenEngine, pool: pg.Pool) => createLookWork({ provisioning, pool, config, installation }),
        inject: [OpenEngine, pg.Pool],
      },
      {
        provide: TriggerLook,
        useFactory: ({ provisioning }: OpenEngine, pool: pg.Pool) => createTriggerLook(provisioning, pool),
        inject: [OpenEngine, pg.Pool],
      },
      { provide: ModuleCatalog, useFactory: ({ provisioning }: OpenEngine) => provisioning.catalog, inject: [OpenEngine] },
      { provide: UpkeepDesk, useFactory: ({ provisioning }: OpenEngine) => provisioning.upkeep, inject: [OpenEngine] },
    ],
    exports: [JobLoop, LookWork, TriggerLook, UpkeepDesk, ModuleCatalog],
  };
}
