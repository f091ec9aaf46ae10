import 'reflect-metadata';
import { configSecrets, createLogger, loadConfig, SecretMask } from '@hostwright/platform';
import { createEngine } from './engine.js';
import { processLog } from './process-log.js';
import { runWorker } from './run-worker.js';
import { shutDownOnSignals } from './shut-down.js';

const config = loadConfig();
const mask = new SecretMask();
for (const secret of configSecrets(config)) mask.add(secret);
const logger = createLogger({ mask, level: config.logLevel, base: { process: 'worker', pid: process.pid } });
const log = processLog(logger);

try {
  const worker = await runWorker({ config, log, logger, mask }, createEngine);
  shutDownOnSignals(() => worker.close(), log);
  log.info('worker ready');
  process.send?.('ready');
} catch (error) {
  log.error(`worker cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
