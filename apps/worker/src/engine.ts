import { Module, type DynamicModule } from '@nestjs/common';
import { JobLoop } from '@hostwright/core';
import type { EngineSurroundings } from './run-worker.js';

/** Works on no provisioning job, and says so. */
class NoEngine extends JobLoop {
  constructor(private readonly surroundings: EngineSurroundings) {
    super();
  }
  override start(): Promise<void> {
    this.surroundings.log.warn('this worker has no provisioning engine: jobs wait for one that has');
    return Promise.resolve();
  }
  override look(): void {}
  override stop(): Promise<void> {
    return Promise.resolve();
  }
}

@Module({})
class EngineModule {}

/** Provides the `JobLoop` of this worker. */
export function createEngine(surroundings: EngineSurroundings): DynamicModule {
  return { module: EngineModule, providers: [{ provide: JobLoop, useFactory: () => new NoEngine(surroundings) }], exports: [JobLoop] };
}
