import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { defaultEngineSettings, Doorbell, JobLoop } from '@hostwright/core';
import { createMetrics, loadExtensions, openProvisioning, type OpenProvisioning } from '@hostwright/platform';
import pg from 'pg';
import type { EngineSurroundings } from './run-worker.js';

/** Holds what is to be closed after the loop has stopped. */
class OpenEngine implements OnApplicationShutdown {
  constructor(readonly provisioning: OpenProvisioning) {}

  async onApplicationShutdown(): Promise<void> {
    await this.provisioning.close();
  }
}

@Module({})
class EngineModule {}

/** Provides the `JobLoop` of this worker: the engine with this process' extensions. */
export async function createEngine({ config, installation, logger, mask }: EngineSurroundings): Promise<DynamicModule> {
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
        useFactory: ({ provisioning }: OpenEngine) =>
          provisioning.worker({ name: `worker ${process.pid}`, settings, meter: createMetrics({ process: 'worker' }).meter }),
        inject: [OpenEngine],
      },
    ],
    exports: [JobLoop],
  };
}
