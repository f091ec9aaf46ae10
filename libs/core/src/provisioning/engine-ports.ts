import type { EngineLog, EngineMeter } from './engine-log.js';
import type { Journal } from './journal.js';
import type { ModuleHost } from './module-host.js';
import type { Permits } from './permits.js';
import type { Sealer } from './sealer.js';
import type { Timers } from './timers.js';

/** What the engine stands on. */
export interface EnginePorts {
  readonly journal: Journal;
  readonly modules: ModuleHost;
  readonly permits: Permits;
  readonly sealer: Sealer;
  readonly log: EngineLog;
  readonly meter: EngineMeter;
  readonly random: () => number;
  readonly timers: Timers;
  /** Multiplies every wait; 1 but where a provider is played faster than life. */
  readonly waitScale: number;
}
