import type { Logger } from '@hostwright/platform';

/** For requests under way to be answered. */
const patienceMs = 10_000;

/** Closes on a signal, or when the supervisor that started this process is gone, and then ends the process. A second signal ends it at once. */
export function shutDownOnSignals(close: () => Promise<void>, logger: Logger): void {
  let closing = false;
  const shutDown = (reason: string) => {
    if (closing) process.exit(1);
    closing = true;
    logger.info({ reason }, 'api stops');
    setTimeout(() => {
      logger.warn('api did not stop in time');
      process.exit(1);
    }, patienceMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'api did not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => shutDown(signal));
  process.once('disconnect', () => shutDown('its supervisor is gone'));
}
