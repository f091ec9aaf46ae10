import type { Log } from '@hostwright/sdk';
import { onceEvery, type RateLimitedLine } from '../logging/index.js';

/** The shortest time between two lines about the same trouble. */
const intervalMs = 30_000;

/** One line per interval about trouble with a connection that repeats itself, with how often it did in between. */
export class QuietLine {
  private readonly line: RateLimitedLine;

  constructor(
    private readonly log: Pick<Log, 'warn'>,
    private readonly what: string,
    nowMs?: () => number,
  ) {
    this.line = onceEvery(intervalMs, nowMs);
  }

  warn(error: unknown): void {
    this.line((skipped) => {
      const { code, message } = error as { code?: string; message?: string };
      const reason = [code, message].filter(Boolean).join(': ') || String(error);
      this.log.warn(this.what, { reason, ...(skipped > 0 ? { sinceTheLastLine: skipped } : {}) });
    });
  }
}
