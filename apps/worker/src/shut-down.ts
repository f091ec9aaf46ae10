import type { Log } from '@hostwright/sdk';

/** For what is under way to end. What has not is found by its lease, and another worker goes on with it. */
const patienceMs = 15_000;

/**
 * Closes on a signal, or when the supervisor that started this process is gone, and then ends the process. A second signal ends it at
 * once: whatever was under way is found by its lease.
 */
export function shutDownOnSignals(close: () => Promise<void>, log: Log): void {
  let closing = false;
  const shutDown = (reason: string) => {
    if (closing) process.exit(1);
    closing = true;
    log.info('worker stops', { reason });
    setTimeout(() => {
      log.warn('worker did not stop in time; another one goes on with its work');
      process.exit(1);
    }, patienceMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('worker did not stop cleanly', { reason: String(error) });
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => shutDown(signal));
  process.once('disconnect', () => shutDown('its supervisor is gone'));
}
