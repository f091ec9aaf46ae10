/**
 * Joins writes that are wanted at the same moment into one statement and one commit. A lane is flushed when its last flush has returned,
 * never on a timer, so one writer alone waits for nobody. A batch that fails is tried again one by one and in order, so that one bad row
 * does not fail its neighbours; but what one writer wanted after a write that failed is not written either.
 */
export class Coalescer<Item, Answer> {
  private readonly lanes: { busy: boolean; queue: Waiting<Item, Answer>[] }[];

  /** `flush` answers one value per item, in order. `writerOf` names the writer, by a number: its writes stay in one lane and in order. */
  constructor(
    private readonly flush: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly writerOf: (item: Item) => number,
    lanes = 2,
    private readonly most = 500,
  ) {
    this.lanes = Array.from({ length: lanes }, () => ({ busy: false, queue: [] }));
  }

  write(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const writer = this.writerOf(item);
      const lane = this.lanes[writer % this.lanes.length]!;
      lane.queue.push({ writer, item, resolve, reject });
      if (!lane.busy) void this.drain(lane);
    });
  }

  private async drain(lane: { busy: boolean; queue: Waiting<Item, Answer>[] }): Promise<void> {
    lane.busy = true;
    for (;;) {
      // Whoever else writes in this turn of the event loop comes along, and so do those whose last write has just been answered:
      // without this they would fall into two halves that take turns, and each would pay for a commit.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (lane.queue.length === 0) break;
      const failed = await this.flushOrDivide(lane.queue.splice(0, this.most));
      if (failed.size > 0) lane.queue = lane.queue.filter((one) => !refused(one, failed));
    }
    lane.busy = false;
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
