/** Timers, so that a test can bring its own. */
export interface Timers {
  after(ms: number, what: () => void): { cancel(): void };
}
