const firstMs = 250;
const longestMs = 30_000;

/** How long to wait before a process is started again that ended soon after its start for the n-th time in a row; 0: it had run well. */
export function restartDelayMs(quickEnds: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, quickEnds - 1));
}
/** A process that ran this long had started well. */
restartDelayMs.calmAfterMs = 60_000;
