import type { ApiLog } from '../http/index.js';

/** Says in the log which keys of a call were ignored; not what they held. */
export function noteUnknownKeys(log: ApiLog, requestId: string, keys: readonly string[]): void {
  if (keys.length === 0) return;
  const shown = keys.slice(0, 20).map((key) => key.slice(0, 60));
  log.info('a Paymenter call had keys that are not known', { requestId, keys: shown });
}
