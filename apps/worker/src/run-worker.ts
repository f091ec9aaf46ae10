import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { createPool, ensureInstallation, locateDatabase, type Config, type Logger, type SecretMask } from '@hostwright/platform';
import type { Log } from '@hostwright/sdk';
import { Work } from './work.js';
import { WorkerModule } from './worker.module.js';

/** What a worker process begins with. */
export type WorkerSurroundings = Omit<EngineSurroundings, 'connectionString' | 'installation'>;

export interface EngineSurroundings {
  readonly config: Config;
  readonly connectionString: string;
  readonly installation: string;
  readonly log: Log;
  readonly logger: Logger;
  readonly mask: SecretMask;
}

/** Makes the module that provides the `JobLoop`, the `LookWork`, the `TriggerLook`, the `UpkeepDesk` and the `ModuleCatalog`. */
export type EngineFactory = (surroundings: EngineSurroundings) => DynamicModule | Promise<DynamicModule>;

export interface RunningWorker {
  readonly app: INestApplicationContext;
  /** Takes nothing more, lets what is under way end, then lets go of its connections. */
  close(): Promise<void>;
}

/** To say good-bye to the queues' server, which may be away, once all work has ended. */
const farewellMs = 3_000;

/** A worker at work. The schema must be up to date. */
export async function runWorker({ config, log, logger, mask }: WorkerSurroundings, engine: EngineFactory): Promise<RunningWorker> {
  const connectionString = await locateDatabase(config);
  const pool = createPool({ connectionString, name: 'start', max: 1, log });
  const installation = await ensureInstallation(pool).finally(() => pool.end());
  const surroundings = { config, connectionString, installation, log, logger, mask };
  const module = WorkerModule.register({ ...surroundings, engine: await engine(surroundings) });
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const worked = app.get(Work).ended.then(() => sleep(farewellMs, undefined, { ref: false }));
  return { app, close: () => Promise.race([app.close(), worked]) };
}
