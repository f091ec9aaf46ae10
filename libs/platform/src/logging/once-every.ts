/** Writes a line, unless one was written a moment ago. `skipped`: how many were held back since. Answers whether it wrote. */
export type RateLimitedLine = (write: (skipped: number) => void) => boolean;

/**
 * One line per interval, however often something goes wrong: a lost database is retried many times a second, and would fill the disk.
 * `nowMs` is any clock in milliseconds that does not run backwards.
 */
export function onceEvery(intervalMs: number, nowMs: () => number = () => performance.now()): RateLimitedLine {
  let writtenAt: number | undefined;
  let skipped = 0;
  return (write) => {
    const at = nowMs();
    if (writtenAt !== undefined && at - writtenAt < intervalMs) {
      skipped += 1;
      return false;
    }
    const before = skipped;
    writtenAt = at;
    skipped = 0;
    write(before);
    return true;
  };
}
