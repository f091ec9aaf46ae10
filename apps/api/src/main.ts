import 'reflect-metadata';
import { configSecrets, createLogger, loadConfig, SecretMask } from '@hostwright/platform';
import { runApi } from './run-api.js';
import { shutDownOnSignals } from './shut-down.js';

const config = loadConfig();
const mask = new SecretMask();
for (const secret of configSecrets(config)) mask.add(secret);
const logger = createLogger({ mask, level: config.logLevel, base: { process: 'api', pid: process.pid } });

try {
  const { app, url } = await runApi(config, logger, mask);
  shutDownOnSignals(() => app.close(), logger);
  logger.info(`api ready on ${url}`);
  process.send?.('ready');
} catch (error) {
  logger.error({ err: error }, `api cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
