import { CallLog } from './call-log.js';
import { SandboxClock } from './clock.js';
import { FaultSwitches } from './fault-switches.js';
import type { SandboxOptions } from './sandbox.js';

/** Default of `SandboxOptions.speed`. */
const defaultSpeed = 0.01;

/** What every side of one sandbox shares: the same clock, faults, log and list of violations for HTTP and SSH. */
export interface SandboxParts {
  readonly clock: SandboxClock;
  readonly faults: FaultSwitches;
  readonly calls: CallLog;
  readonly violations: string[];
}

/** Made first, so that the provider's state can use the clock. */
export function sandboxParts(options: SandboxOptions = {}): SandboxParts {
  return { clock: new SandboxClock(options.speed ?? defaultSpeed), faults: new FaultSwitches(), calls: new CallLog(), violations: [] };
}
