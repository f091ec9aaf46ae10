import { createLogger, LoadedModuleCatalog, SecretMask, type Logger } from '@hostwright/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module, type DynamicModule } from '@nestjs/common';
import { JobLoop, ModuleCatalog, TriggerLook, UpkeepDesk } from '@hostwright/core';
import { LookWork } from '@hostwright/worker';

/** Counts how often it was told to look. */
export class CountingLoop extends JobLoop {
  looks = 0;
  state = 'idle';
  override start = () => Promise.resolve(void (this.state = 'started'));
  override look = () => void (this.looks += 1);
  override stop = () => Promise.resolve(void (this.state = 'stopped'));
}

class NoUpkeep extends UpkeepDesk {
  override requestDue = () => Promise.resolve(0);
  override resumeAddons = () => Promise.resolve(0);
}

@Module({})
class Engine {}

export function engineWith(loop: JobLoop, looks = new LookWork([], [])): DynamicModule {
  const providers = [
    { provide: JobLoop, useValue: loop },
    { provide: LookWork, useValue: looks },
    { provide: TriggerLook, useValue: { take: () => Promise.reject(new Error('nothing is connected')) } },
    { provide: ModuleCatalog, useValue: new LoadedModuleCatalog([]) },
    { provide: UpkeepDesk, useValue: new NoUpkeep() },
  ];
  return { module: Engine, providers, exports: [JobLoop, LookWork, TriggerLook, UpkeepDesk, ModuleCatalog] };
}

/** Waits until it holds; Jest's own time limit ends a wait in vain. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

/** A logger that writes nothing, and a mask that knows nothing. */
export function silence(): { logger: Logger; mask: SecretMask } {
  const mask = new SecretMask();
  return { mask, logger: createLogger({ mask, level: 'silent' }) };
}
