/** No timer is finer than a millisecond: what is nearer to none takes none, or every call of a fast sandbox would wait. */
const leastMs = 0.5;

/**
 * The durations of a sandbox: what the provider takes, times `speed`. Stopping it ends every wait at once and drops what was
 * to happen later, so that a stopped sandbox changes nothing any more.
 */
export class SandboxClock {
  readonly #timers = new Set<() => void>();
  #stopped = false;

  /** @param speed 1: as long as the provider takes; 0.01: a hundredth of it; 0: no time at all. */
  constructor(readonly speed: number) {
    if (!Number.isFinite(speed) || speed < 0) throw new RangeError(`speed must be 0 or more, not ${speed}`);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** How long something takes here that takes the provider `providerMs`. Milliseconds. */
  scaled(providerMs: number): number {
    return providerMs * this.speed;
  }

  /** Waits as long as the provider's `providerMs` take here. Ends early, and normally, when the clock is stopped. */
  wait(providerMs: number): Promise<void> {
    return this.waitUnscaled(this.scaled(providerMs));
  }

  /** As `wait`, in real milliseconds: for delays that a test chose. */
  waitUnscaled(ms: number): Promise<void> {
    if (ms < leastMs || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#timers.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#timers.add(end);
    });
  }

  /** Does something once the provider's `providerMs` have passed here. Answers how to call it off. */
  later(providerMs: number, act: () => void): () => void {
    return this.laterUnscaled(this.scaled(providerMs), act);
  }

  /** As `later`, in real milliseconds: for delays that a test chose. */
  laterUnscaled(ms: number, act: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const cancel = (): void => {
      clearTimeout(timer);
      this.#timers.delete(cancel);
    };
    const timer = setTimeout(() => {
      cancel();
      act();
    }, ms);
    this.#timers.add(cancel);
    return cancel;
  }

  stop(): void {
    this.#stopped = true;
    for (const end of [...this.#timers]) end();
  }
}
