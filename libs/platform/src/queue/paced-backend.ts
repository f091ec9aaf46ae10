import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendFactory } from 'bullmq';

/** How long a worker waits after a look at its queue that failed. */
const paceMs = 1_000;

/**
 * The same backend, in no hurry while its server is away. A worker of BullMQ that cannot look at its queue tries again at once, which
 * is a tight loop on one core; it reports each failure, so this slows its reports down too.
 */
export function paced(factory: BackendFactory): BackendFactory {
  return (name, options, factoryOptions) => {
    const backend = factory(name, options, factoryOptions);
    const look = backend.moveToActive.bind(backend);
    backend.moveToActive = async (...args: Parameters<typeof look>) => {
      try {
        return await look(...args);
      } catch (error) {
        await sleep(paceMs, undefined, { ref: false });
        throw error;
      }
    };
    return backend;
  };
}
