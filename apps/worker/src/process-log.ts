import type { Logger } from '@hostwright/platform';
import type { JsonObject, Log } from '@hostwright/sdk';

/** The panel's own lines in the process' log. */
export function processLog(logger: Logger): Log {
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, details: JsonObject = {}) =>
      logger[level](details, message);
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
