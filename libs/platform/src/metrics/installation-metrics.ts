import type { Log } from '@hostwright/sdk';
import { Registry } from 'prom-client';
import { QuietLine, type Queryable } from '../database/index.js';
import { readCounts } from './count-store.js';
import { engineCounts, type EngineCount } from './engine-counts.js';
import { facts, readFact } from './facts.js';
import { ScrapedMetric, valuesOf, type ScrapedValue } from './scraped-metric.js';

/** The tables are read for all scrapes within this time at once: several scrapers cost the database no more than one. */
const freshForMs = 1_000;
/** Prometheus waits ten seconds by default; a scrape that tells of the lost database is worth more than none. */
const patienceMs = 5_000;

export interface InstallationMetricsOptions {
  readonly db: Queryable;
  readonly log: Pick<Log, 'warn'>;
  readonly patienceMs?: number;
}

/**
 * What the tables say of the whole installation, its workers' counts included; every process that is asked says the same. A database that
 * does not answer leaves it all out and sets `hostwright_database_up` to 0.
 */
export function installationMetrics({ db, log, patienceMs: patience = patienceMs }: InstallationMetricsOptions): {
  text(): Promise<string>;
} {
  const registry = new Registry();
  const up = new ScrapedMetric(registry, 'hostwright_database_up', '1 when the database answered', 'gauge');
  const sources = [
    ...facts.map((fact) => ({
      metric: new ScrapedMetric(registry, fact.name, fact.help, fact.type ?? 'gauge'),
      values: (read: Reading): readonly ScrapedValue[] => read.facts.get(fact.name) ?? [],
    })),
    ...Object.values<EngineCount>(engineCounts).map((count) => ({
      metric: new ScrapedMetric(registry, count.name, count.help, count.bounds ? 'histogram' : 'counter'),
      values: (read: Reading): readonly ScrapedValue[] => valuesOf(count, read.counts),
    })),
  ];
  const line = new QuietLine(log, 'the metrics could not read the database');
  const read = shared(() => readAll(db));
  let readAt = -Infinity;

  const refresh = shared(async () => {
    if (performance.now() - readAt < freshForMs) return;
    const reading = await within(patience, read()).catch((error: unknown) => line.warn(error));
    for (const { metric, values } of sources) metric.values = reading ? values(reading) : [];
    up.values = [{ labels: {}, value: reading ? 1 : 0 }];
    readAt = performance.now();
  });
  return {
    async text() {
      await refresh();
      return registry.metrics();
    },
  };
}

interface Reading {
  readonly facts: ReadonlyMap<string, readonly ScrapedValue[]>;
  /** By the name they are stored under. */
  readonly counts: ReadonlyMap<string, readonly ScrapedValue[]>;
}

/** One statement after the other: a scrape takes one connection, not all of them. */
async function readAll(db: Queryable): Promise<Reading> {
  const read = new Map<string, readonly ScrapedValue[]>();
  for (const fact of facts) read.set(fact.name, await readFact(db, fact));
  const counts = new Map<string, ScrapedValue[]>();
  for (const { name, labels, value } of await readCounts(db)) {
    const list = counts.get(name) ?? [];
    counts.set(name, list);
    list.push({ labels, value });
  }
  return { facts: read, counts };
}

/** Whoever asks while it is under way gets the same answer. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= work().finally(() => (running = undefined)));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
