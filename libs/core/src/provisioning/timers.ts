/** What passes of time, so that a test can bring its own. */
export interface Timers {
  /** Milliseconds since some moment, on a clock that only goes forward. */
  passed(): number;
  after(ms: number, what: () => void): { cancel(): void };
  /** Once whatever is at work in this turn of the event loop has had its turn. */
  soon(what: () => void): void;
  /** Once the pure code that is at work now has come to rest, before anything else comes in. */
  atRest(what: () => void): void;
}
