/**
 * Joins writes that are wanted at the same moment into one statement and one commit. They are flushed when the last flush has returned,
 * never on a timer, so one writer alone waits for nobody. One flush at a time: a second beside it would be made of half the writes at the
 * full price of a statement. A batch that fails is tried again one by one and in order, so that one bad row does
 * not fail its neighbours; but what one writer wanted after a write that failed is not written either.
 */
export class Coalescer<Item, Answer> {
  private queue: Waiting<Item, Answer>[] = [];
  private busy = false;

  /** `flush` answers one value per item, in order. `writerOf` tells by a number whose write it is. */
  constructor(
    private readonly flush: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly writerOf: (item: Item) => number,
    private readonly most = 500,
  ) {}

  write(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ writer: this.writerOf(item), item, resolve, reject });
      if (!this.busy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.busy = true;
    for (;;) {
      // Whoever else writes in this turn of the event loop comes along, and so do those whose last write has just been answered:
      // without this they would fall into parts that take turns, and each would pay for a commit.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.queue.length === 0) break;
      const failed = await this.flushOrDivide(this.queue.splice(0, this.most));
      if (failed.size > 0) this.queue = this.queue.filter((one) => !refused(one, failed));
    }
    this.busy = false;
  }

  /** Answers the writers of which a write failed, each with its error. */
  private async flushOrDivide(batch: readonly Waiting<Item, Answer>[]): Promise<ReadonlyMap<number, unknown>> {
    const failed = new Map<number, unknown>();
    const error = await this.tryFlush(batch);
    if (error === undefined) return failed;
    for (const one of batch) {
      if (refused(one, failed)) continue;
      const alone = batch.length === 1 ? error : await this.tryFlush([one]);
      if (alone === undefined) continue;
      failed.set(one.writer, alone.cause);
      one.reject(alone.cause);
    }
    return failed;
  }

  /** Answers what went wrong, if anything did. */
  private async tryFlush(batch: readonly Waiting<Item, Answer>[]): Promise<{ readonly cause: unknown } | undefined> {
    try {
      const answers = await this.flush(batch.map((one) => one.item));
      batch.forEach((one, index) => one.resolve(answers[index]!));
      return undefined;
    } catch (cause) {
      return { cause };
    }
  }
}

interface Waiting<Item, Answer> {
  readonly writer: number;
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** True for a write behind one of the same writer that failed; it fails with it. */
function refused(one: Waiting<unknown, never>, failed: ReadonlyMap<number, unknown>): boolean {
  if (!failed.has(one.writer)) return false;
  one.reject(failed.get(one.writer));
  return true;
}
