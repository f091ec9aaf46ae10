import type { EngineCount } from './engine-counts.js';

type Labels = Readonly<Record<string, string>>;

/** One number to be added to what the tables have. */
export interface CountDelta {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A count that has more sets of labels than this in one flush no longer tells them apart: no label can fill the tables. */
const mostSeries = 1_000;
const otherwise = 'other';

interface Counted {
  readonly name: string;
  readonly labels: Labels;
  value: number;
}

/** One set of labels of a histogram: a count for each range that was met, the last being that without a bound. */
interface Observed {
  readonly labels: Labels;
  readonly ranges: (Counted | undefined)[];
  readonly sum: Counted;
}

/** What was counted since the last flush, in memory: telling it costs a look into a map. */
export class CountDeltas {
  private readonly values: Counted[] = [];
  private readonly counted = new Map<EngineCount, Map<string, Counted>>();
  private readonly observed = new Map<EngineCount, Map<string, Observed>>();

  get size(): number {
    return this.values.length;
  }

  add(count: EngineCount, labels: Labels, value = 1): void {
    if (value !== 0) this.series(this.counted, count, labels, (within) => this.counter(count.name, within)).value += value;
  }

  /** One observation of a histogram: the range it falls into, and the sum. */
  observe(count: EngineCount & { readonly bounds: readonly number[] }, labels: Labels, value: number): void {
    const series = this.series(this.observed, count, labels, (within) => ({
      labels: within,
      ranges: new Array<Counted | undefined>(count.bounds.length + 1),
      sum: this.counter(`${count.name}_sum`, within),
    }));
    const at = count.bounds.findIndex((one) => value <= one);
    const range = at === -1 ? count.bounds.length : at;
    const le = at === -1 ? '+Inf' : String(count.bounds[at]);
    (series.ranges[range] ??= this.counter(`${count.name}_bucket`, { ...series.labels, le })).value += 1;
    series.sum.value += value;
  }

  all(): CountDelta[] {
    return this.values.map(({ name, labels, value }) => ({ name, labels, value }));
  }

  private counter(name: string, labels: Labels): Counted {
    const counted = { name, labels, value: 0 };
    this.values.push(counted);
    return counted;
  }

  private series<Series>(
    all: Map<EngineCount, Map<string, Series>>,
    count: EngineCount,
    labels: Labels,
    make: (labels: Labels) => Series,
  ): Series {
    let known = all.get(count);
    if (!known) all.set(count, (known = new Map()));
    let key = '';
    for (const label of count.labels) key += `${labels[label]}\0`;
    const there = known.get(key);
    if (there) return there;
    const within = known.size >= mostSeries ? Object.fromEntries(count.labels.map((label) => [label, otherwise])) : labels;
    if (within !== labels) key = otherwise;
    const made = known.get(key) ?? make(within);
    known.set(key, made);
    return made;
  }
}
