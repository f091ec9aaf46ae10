import type { Metric, Registry } from 'prom-client';
import type { EngineCount } from './engine-counts.js';

export interface ScrapedValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Where it differs from the metric's name, as the parts of a histogram do. */
  readonly metricName?: string;
}

/** A metric whose values are set as they are to be read. The library's own can only be counted up from nothing. */
export class ScrapedMetric {
  readonly aggregator = 'sum';
  values: readonly ScrapedValue[] = [];

  constructor(
    registry: Registry,
    readonly name: string,
    readonly help: string,
    readonly type: 'gauge' | 'counter' | 'histogram',
  ) {
    registry.registerMetric(this as unknown as Metric);
  }

  get(): Promise<unknown> {
    const { name, help, type, aggregator, values } = this;
    return Promise.resolve({ name, help, type, aggregator, values });
  }

  reset(): void {
    this.values = [];
  }
}

/** The values of one count, from what the tables have, by the name it is stored under. */
export function valuesOf(count: EngineCount, stored: ReadonlyMap<string, readonly ScrapedValue[]>): readonly ScrapedValue[] {
  const named = (name: string): readonly ScrapedValue[] => stored.get(name) ?? [];
  if (count.bounds) return histogramValues(count.name, count.bounds, named(`${count.name}_bucket`), named(`${count.name}_sum`));
  const values = named(count.name);
  // Nothing has happened yet: a counter without labels says so, and a rate over it has something to begin with.
  return values.length === 0 && count.labels.length === 0 ? [{ labels: {}, value: 0 }] : values;
}

/**
 * Prometheus wants in each bucket all that is no larger. Ranges of another release, with other bounds, are counted where they fit; the
 * total is right whatever the bounds were.
 */
function histogramValues(
  name: string,
  bounds: readonly number[],
  ranges: readonly ScrapedValue[],
  sums: readonly ScrapedValue[],
): ScrapedValue[] {
  return sums.flatMap(({ labels, value: sum }) => {
    const own = ranges.filter((one) => sameLabels(one.labels, labels)).map((one) => ({ upTo: boundOf(one), value: one.value }));
    const upTo = (bound: number): number => own.reduce((total, one) => (one.upTo <= bound ? total + one.value : total), 0);
    const buckets = [...bounds, Infinity].map((bound) => ({
      labels: { le: bound === Infinity ? '+Inf' : String(bound), ...labels },
      value: upTo(bound),
      metricName: `${name}_bucket`,
    }));
    return [...buckets, { labels, value: sum, metricName: `${name}_sum` }, { labels, value: upTo(Infinity), metricName: `${name}_count` }];
  });
}

function boundOf({ labels }: ScrapedValue): number {
  return labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
}

function sameLabels(range: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => range[name] === value);
}
