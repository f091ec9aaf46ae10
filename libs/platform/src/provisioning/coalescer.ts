/** No statement is larger than that. */
const most = 500;
/** So many writes that work goes on from are answered together while the database has time to spare. */
const mostWhenCalm = 12;
/** And no fewer than a crowd in so many parts: the last of a thousand are not to wait for eighty flushes. */
const partsOfCrowd = 8;
/** The share of its time for which the database is at work, above which it has none to spare. */
const busyShare = 0.6;
/** Over which that share is taken. */
const spanMs = 250;

export interface CoalescerPorts<Item> {
  /** Tells by a number whose write it is. */
  writerOf(item: Item): number;
  /** True for a write from whose answer its writer goes on. */
  goesOn(item: Item): boolean;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
}

/**
 * Joins writes that are wanted at the same moment into one statement and one commit. They are flushed when the last flush has returned,
 * never on a timer, so one writer alone waits for nobody. There is one flush at a time. As long as the database has time to spare, a crowd
 * is answered in several small ones: writers that are answered together come back together, and a crowd once formed would stay one.
 * A batch that fails is tried again one by one and in order, so that one bad row does not fail its neighbours; but what one writer wanted
 * after a write that failed is not written either.
 */
export class Coalescer<Item, Answer> {
  private queue: Waiting<Item, Answer>[] = [];
  private busy = false;
  private awake = false;
  private share = 0;
  private endedAt: number;
  /** Writes in the queue that work goes on from. */
  private crowd = 0;

  /** `flush` answers how each item ended, in order. */
  constructor(
    private readonly flush: (items: readonly Item[]) => Promise<readonly End<Answer>[]>,
    private readonly ports: CoalescerPorts<Item>,
  ) {
    this.endedAt = ports.now();
  }

  write(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const goesOn = this.ports.goesOn(item);
      this.queue.push({ writer: this.ports.writerOf(item), goesOn, item, resolve, reject });
      if (goesOn) this.crowd += 1;
      if (this.crowd >= mostWhenCalm && this.isCalm) this.flushNext();
      else this.wake();
    });
  }

  private get isCalm(): boolean {
    return this.share < busyShare;
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
    const batch = this.nextBatch();
    const begunAt = this.ports.now();
    void this.endsOf(batch).then((ends) => {
      this.busy = false;
      this.learn(begunAt);
      this.refuseBehind(batch, ends);
      // The next flush is on its way before the answers of this one are worked on.
      if (this.crowd >= mostWhenCalm && this.isCalm) this.flushNext();
      batch.forEach((one, index) => settle(one, ends[index]!));
      if (this.queue.length > 0) this.wake();
    });
  }

  /** In the order of the queue, so that nothing of one writer overtakes. */
  private nextBatch(): Waiting<Item, Answer>[] {
    let end = Math.min(this.queue.length, most);
    if (this.isCalm && this.crowd > mostWhenCalm) {
      let crowd = 0;
      const some = Math.max(mostWhenCalm, Math.ceil(this.crowd / partsOfCrowd));
      end = this.queue.findIndex(({ goesOn }) => goesOn && (crowd += 1) > some);
    }
    const batch = this.queue.splice(0, end);
    this.crowd -= batch.reduce((sum, { goesOn }) => sum + Number(goesOn), 0);
    return batch;
  }

  /** How busy the database was lately, by our own writes. */
  private learn(begunAt: number): void {
    const now = this.ports.now();
    const passed = now - this.endedAt;
    if (passed <= 0) return;
    const kept = Math.exp(-passed / spanMs);
    this.share = this.share * kept + ((now - begunAt) / passed) * (1 - kept);
    this.endedAt = now;
  }

  private async endsOf(batch: readonly Waiting<Item, Answer>[]): Promise<readonly End<Answer>[]> {
    try {
      return await this.flush(batch.map((one) => one.item));
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
    this.crowd = this.queue.filter(({ goesOn }) => goesOn).length;
  }
}

export type End<Answer> = { readonly answer: Answer } | { readonly error: unknown };

interface Waiting<Item, Answer> {
  readonly writer: number;
  readonly goesOn: boolean;
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

function settle<Answer>({ resolve, reject }: Waiting<unknown, Answer>, end: End<Answer>): void {
  if ('error' in end) reject(end.error);
  else resolve(end.answer);
}
