const second = 1_000;
const longestSpreadMs = 300 * second;

/** Exponential back-off with full jitter, never less than a quarter of a second. `attempt` counts from 1. */
export function backoffMs(attempt: number, random: () => number, maxMs = 60 * second): number {
  const ceiling = Math.min(maxMs, second * 2 ** Math.min(attempt - 1, 16));
  return Math.max(second / 4, random() * ceiling);
}

/** How long until the next look at a wait: one second, growing by half to ten. */
function pollDelayMs(polls: number): number {
  return Math.min(10 * second, second * 1.5 ** Math.min(polls, 16));
}

/** How long everything is waited for. All of it in milliseconds of this panel, which may play a provider faster than life. */
export class Pace {
  constructor(
    private readonly random: () => number,
    private readonly waitScale: number,
  ) {}

  /** A wait that somebody else has named. */
  scaled(ms: number): number {
    return ms * this.waitScale;
  }

  /**
   * Until the next try of what could not be done so many times. `askedFor`: how long the provider wants to be left alone; not before that,
   * and whoever waits for it does not come back in the same moment. `refused`: its settings were, which is tried seldom, since a provider
   * may lock out who insists.
   */
  afterTrouble(tries: number, { askedFor, refused }: { readonly askedFor: number | undefined; readonly refused: boolean }): number {
    if (askedFor !== undefined) return (askedFor + this.random() * Math.min(askedFor, longestSpreadMs)) * this.waitScale;
    if (refused) return backoffMs(Math.min(tries + 3, 10), this.random, longestSpreadMs) * this.waitScale;
    return this.afterTries(Math.min(tries + 1, 6));
  }

  /** Until the next try after that many. */
  afterTries(tries: number): number {
    return backoffMs(tries, this.random) * this.waitScale;
  }

  /** Until the next look at a wait that was looked at so many times. */
  afterPolls(polls: number): number {
    return pollDelayMs(polls) * this.waitScale;
  }

  /** Who gives a permit back wakes the longest waiter; this is the net below that. */
  get permitNet(): number {
    return 2_000 * this.waitScale + 50;
  }

  /** For something that belongs to the installation and that only a person or time mends. */
  get troublePause(): number {
    return 30_000 * this.waitScale + 100;
  }

  /** How long is long enough. Patience shrinks less than waits do: a provider played at a thousandth of its time still needs the machine's own. */
  isTooLong(ms: number, limitMs: number): boolean {
    return ms > limitMs * Math.max(this.waitScale, 0.05);
  }
}
