export interface DueWorkParts<Claimed> {
  /** How many are under way at once in this process. */
  readonly concurrency: number;
  /** Takes up to so many of what is due, for the time of a lease. */
  claim(most: number): Promise<readonly Claimed[]>;
  /** Sees to one and records what came of it. */
  see(claimed: Claimed): Promise<void>;
  /** What came of one could not be recorded: the lease runs out, and it is taken again. */
  unrecorded(claimed: Claimed, error: unknown): void;
}

/** Rows that are due, a few of them under way at once. Whatever ends lets it look again, so that a full process goes on by itself. */
export class DueWork<Claimed> {
  private readonly underWay = new Set<Promise<void>>();
  private looking: Promise<void> | undefined;
  private again = false;
  private stopping = false;

  constructor(private readonly parts: DueWorkParts<Claimed>) {}

  /** Takes what is due and begins; returns when that is under way. A call meanwhile joins in and makes it look once more. */
  look(): Promise<void> {
    this.again = true;
    this.looking ??= Promise.resolve().then(() => this.takeDue());
    return this.looking;
  }

  /** Takes no more and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.looking?.catch(() => undefined);
    await Promise.all(this.underWay);
  }

  private async takeDue(): Promise<void> {
    try {
      while (this.again && !this.stopping) {
        this.again = false;
        const free = this.parts.concurrency - this.underWay.size;
        if (free <= 0) return;
        for (const claimed of await this.parts.claim(free)) this.hold(claimed);
      }
    } finally {
      this.looking = undefined; // at once: a call from now on begins anew
    }
  }

  private hold(claimed: Claimed): void {
    const seen: Promise<void> = this.parts
      .see(claimed)
      .catch((error: unknown) => this.parts.unrecorded(claimed, error))
      .finally(() => {
        this.underWay.delete(seen);
        if (!this.stopping) this.look().catch(() => undefined); // the sweep looks too, and tells of it
      });
    this.underWay.add(seen);
  }
}
