import { JobRunner, SilentMeter, type Doorbell } from '@hostwright/core';
import {
  createLogger,
  createPool,
  ensureInstallation,
  loadExtensions,
  openProvisioning,
  readConfig,
  SecretMask,
} from '@hostwright/platform';
import type { FromWorker, ToWorker } from '../messages.js';
import { Watch } from './watch.js';
import { WatchedJournal } from './watched-journal.js';
import { WatchedModules } from './watched-modules.js';
import { WatchedPermits } from './watched-permits.js';
import { startWatchedRelay } from './watched-relay.js';

/*
 * A worker process without a framework: the shipped engine, journal and extensions, and decorators around the journal and the modules
 * that can hold a job at a boundary. It loads, says `ready`, and begins when it is told to.
 */

const silentBell = { ring: () => Promise.resolve() } as Doorbell;
const send = (message: FromWorker): void => void process.send?.(message);
process.once('disconnect', () => process.exit(1));

const config = readConfig(process.env, process.cwd());
const mask = new SecretMask();
const logger = createLogger({ mask, level: config.logLevel, base: { process: 'lean worker', pid: process.pid } });
const pool = createPool({
  connectionString: config.databaseUrl!,
  name: 'lean worker',
  max: 12,
  steadyPlans: true,
  log: { warn: (message: string) => logger.warn(message) },
});
const installationId = await ensureInstallation(pool);
const loader = await loadExtensions(config, logger);
const { engine } = openProvisioning(loader, { config, installationId, pool, doorbell: silentBell, logger, mask });
const watch = new Watch(send);
const journal = new WatchedJournal(engine.journal, watch);

async function begin(leaseMs: number): Promise<void> {
  const runner = new JobRunner(
    {
      ...engine,
      journal,
      modules: new WatchedModules(engine.modules, watch, journal, engine.waitScale),
      permits: new WatchedPermits(engine.permits, watch, journal),
      name: `lean worker ${process.pid}`,
      // Jobs that hold keep their place.
      settings: { leaseMs, concurrency: 1_000, sweepMs: 200 },
      meter: new SilentMeter(),
    },
    () => Date.now(),
  );
  await runner.start();
  startWatchedRelay(pool, watch, logger);
  send({ type: 'started' });
}

process.on('message', (message: ToWorker) => {
  watch.hear(message);
  if (message.type !== 'start') return;
  begin(message.leaseMs).catch((error: unknown) => {
    logger.error({ err: error }, 'the worker cannot start');
    process.exit(1);
  });
});
send({ type: 'ready' });
