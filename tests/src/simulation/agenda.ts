interface Entry {
  readonly at: number;
  readonly order: number;
  readonly what: () => void;
  cancelled: boolean;
}

/** The only clock of a history and everything that will happen in it, in the order in which it will. Time passes from one event to the next. */
export class Agenda {
  now = 0;
  /** Events that have happened. */
  happened = 0;
  private order = 0;
  private readonly heap: Entry[] = [];

  after(ms: number, what: () => void): { cancel(): void } {
    const entry: Entry = { at: this.now + Math.max(0, ms), order: this.order++, what, cancelled: false };
    this.push(entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  }

  /** When the next event is; undefined when nothing will ever happen again. */
  get nextAt(): number | undefined {
    while (this.heap[0]?.cancelled) this.pop();
    return this.heap[0]?.at;
  }

  /** Lets the next event happen. */
  step(): void {
    if (this.nextAt === undefined) return;
    const entry = this.pop()!;
    this.now = entry.at;
    this.happened += 1;
    entry.what();
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
