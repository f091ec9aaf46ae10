/**
 * Joins writes that are wanted at the same moment into one statement and one commit. A lane is flushed when its last flush has returned,
 * never on a timer, so one writer alone waits for nobody. A batch that fails is tried again one by one and in order, so that one bad row
 * does not fail its neighbours.
 */
export class Coalescer<Item, Answer> {
  private readonly lanes: { busy: boolean; queue: Waiting<Item, Answer>[] }[];

  /** `flush` answers one value per item, in order. `laneOf` keeps items that touch the same rows in one lane. */
  constructor(
    private readonly flush: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly laneOf: (item: Item) => number,
    lanes = 2,
    private readonly most = 500,
  ) {
    this.lanes = Array.from({ length: lanes }, () => ({ busy: false, queue: [] }));
  }

  write(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const lane = this.lanes[this.laneOf(item) % this.lanes.length]!;
      lane.queue.push({ item, resolve, reject });
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
      await this.flushOrDivide(lane.queue.splice(0, this.most));
    }
    lane.busy = false;
  }

  private async flushOrDivide(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.flush(batch.map((one) => one.item));
      batch.forEach((one, index) => one.resolve(answers[index]!));
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else for (const one of batch) await this.flushOrDivide([one]);
    }
  }
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}
