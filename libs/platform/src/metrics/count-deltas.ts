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

/** What was counted since the last flush, in memory: telling it costs a look into a map. */
export class CountDeltas {
  private readonly values = new Map<string, { readonly name: string; readonly labels: Labels; value: number }>();
  private readonly series = new Map<string, Set<string>>();

  get size(): number {
    return this.values.size;
  }

  add(count: EngineCount, labels: Labels, value = 1): void {
    if (value !== 0) this.put(count.name, this.known(count, labels), value);
  }

  /** One observation of a histogram: the range it falls into, and the sum. */
  observe(count: EngineCount & { readonly bounds: readonly number[] }, labels: Labels, value: number): void {
    const within = this.known(count, labels);
    const bound = count.bounds.find((one) => value <= one);
    this.put(`${count.name}_bucket`, { ...within, le: bound === undefined ? '+Inf' : String(bound) }, 1);
    this.put(`${count.name}_sum`, within, value);
  }

  all(): CountDelta[] {
    return [...this.values.values()];
  }

  private known(count: EngineCount, labels: Labels): Labels {
    const key = count.labels.map((label) => labels[label]).join('\0');
    let series = this.series.get(count.name);
    if (!series) this.series.set(count.name, (series = new Set()));
    if (series.has(key)) return labels;
    if (series.size >= mostSeries) return Object.fromEntries(count.labels.map((label) => [label, otherwise]));
    series.add(key);
    return labels;
  }

  private put(name: string, labels: Labels, value: number): void {
    const key = `${name}\0${Object.values(labels).join('\0')}`;
    const there = this.values.get(key);
    if (there) there.value += value;
    else this.values.set(key, { name, labels, value });
  }
}
