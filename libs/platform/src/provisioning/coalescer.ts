/** So many writes are worth a statement of their own: they do not wait for more. */
const enough = 6400;

/**
 * Joins writes that are wanted at the same moment into one statement and one commit. They are flushed when the last flush has returned,
 * never on a timer, so one writer alone waits for nobody. One flush at a time, but while the database works on one half of many writers
 * this process works on the answers of the other. A batch that fails is tried again one by one and in order, so that one bad row does not
 * fail its neighbours; but what one writer wanted after a write that failed is not written either.
 */
export class Coalescer<Item, Answer> {
  private queue: Waiting<Item, Answer>[] = [];
  private busy = false;
  private awake = false;

  /** `flush` answers one value per item, in order. `writerOf` tells by a number whose write it is. */
  constructor(
    private readonly flush: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly writerOf: (item: Item) => number,
    private readonly most = 500,
  ) {}

  write(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ writer: this.writerOf(item), item, resolve, reject });
      if (this.queue.length >= enough) this.flushNext();
      else this.wake();
    });
  }

  /** Whoever else writes in this turn of the event loop comes along, and so do those whose last write has just been answered. */
  private wake(): void {
    if (this.awake) return;
    this.awake = true;
    setImmediate(() => {
      this.awake = false;
      this.flushNext();
    });
  }

  private flushNext(): void {
    if (this.busy || this.queue.length === 0) return;
    this.busy = true;
    const batch = this.queue.splice(0, this.most);
    void this.endsOf(batch).then((ends) => {
      this.busy = false;
      this.refuseBehind(batch, ends);
      // The next flush is on its way before the answers of this one are worked on.
      if (this.queue.length >= enough) this.flushNext();
      batch.forEach((one, index) => settle(one, ends[index]!));
      if (this.queue.length > 0) this.wake();
    });
  }

  private async endsOf(batch: readonly Waiting<Item, Answer>[]): Promise<readonly End<Answer>[]> {
    try {
      return (await this.flush(batch.map((one) => one.item))).map((answer) => ({ answer }));
    } catch (error) {
      if (batch.length === 1) return [{ error }];
    }
    const failed = new Map<number, End<Answer>>();
    const ends: End<Answer>[] = [];
    for (const one of batch) {
      const end = failed.get(one.writer) ?? (await this.endsOf([one]))[0]!;
      if ('error' in end) failed.set(one.writer, end);
      ends.push(end);
    }
    return ends;
  }

  /** What waits behind a write of the same writer that failed fails with it. */
  private refuseBehind(batch: readonly Waiting<Item, Answer>[], ends: readonly End<Answer>[]): void {
    const failed = new Map(batch.flatMap((one, index) => ('error' in ends[index]! ? [[one.writer, ends[index]] as const] : [])));
    if (failed.size === 0) return;
    for (const one of this.queue) if (failed.has(one.writer)) settle(one, failed.get(one.writer)!);
    this.queue = this.queue.filter((one) => !failed.has(one.writer));
  }
}

type End<Answer> = { readonly answer: Answer } | { readonly error: unknown };

interface Waiting<Item, Answer> {
  readonly writer: number;
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

function settle<Answer>({ resolve, reject }: Waiting<unknown, Answer>, end: End<Answer>): void {
  if ('error' in end) reject(end.error);
  else resolve(end.answer);
}
