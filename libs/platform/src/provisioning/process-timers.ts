import type { Timers } from '@hostwright/core';

/** The timers of this process. */
export const processTimers: Timers = {
  passed: () => performance.now(),
  after(ms, what) {
    const timer = setTimeout(what, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  soon: (what) => void setImmediate(what),
  // Ticks come when all promises that are settled were acted upon, but before those if asked for outside of one.
  atRest: (what) => queueMicrotask(() => process.nextTick(what)),
};
