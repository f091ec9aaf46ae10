import { NestFactory } from '@nestjs/core';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { createPool, ensureInstallation, locateDatabase, type Config } from '@hostwright/platform';
import type { Log } from '@hostwright/sdk';
import { WorkerModule } from './worker.module.js';

export interface EngineSurroundings {
  readonly config: Config;
  readonly connectionString: string;
  readonly installation: string;
  readonly log: Log;
}

/** Makes the module that provides the `JobLoop`. */
export type EngineFactory = (surroundings: EngineSurroundings) => DynamicModule | Promise<DynamicModule>;

/** A worker at work. Close it to stop: what is under way ends first. The schema must be up to date. */
export async function runWorker(config: Config, log: Log, engine: EngineFactory): Promise<INestApplicationContext> {
  const connectionString = await locateDatabase(config);
  const pool = createPool({ connectionString, name: 'start', max: 1, log });
  const installation = await ensureInstallation(pool).finally(() => pool.end());
  const surroundings = { config, connectionString, installation, log };
  const module = WorkerModule.register({ ...surroundings, engine: await engine(surroundings) });
  return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
}
