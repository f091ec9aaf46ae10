import type { EngineMeter } from '@hostwright/core';
import type { Log } from '@hostwright/sdk';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { QuietLine, type Queryable } from '../database/index.js';
import { facts, readFact } from './facts.js';

/** Facts are read for all scrapes within this time at once: several scrapers cost the database no more than one. */
const freshForMs = 1_000;

export interface MetricsOptions {
  /** Name of the process, on every value. */
  readonly process: string;
  /** Adds what the tables say. Without it only this process speaks of itself; one process that is scraped should have it. */
  readonly facts?: { readonly db: Queryable; readonly log: Pick<Log, 'warn'> };
}

export interface Metrics {
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
  readonly meter: EngineMeter;
}

/** The metrics of one process. A database that does not answer leaves its facts out and sets `hostwright_database_up` to 0. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process: options.process });
  collectDefaultMetrics({ register: registry });
  const refresh = options.facts ? factGauges(registry, options.facts) : () => Promise.resolve();
  return {
    contentType: registry.contentType,
    meter: engineMeter(registry),
    async text() {
      await refresh();
      return registry.metrics();
    },
  };
}

function engineMeter(registry: Registry): EngineMeter {
  const registers = [registry];
  const steps = new Histogram({
    name: 'hostwright_step_seconds',
    help: 'Steps by outcome, from their beginning to their end',
    labelNames: ['extension', 'step', 'outcome'],
    buckets: [0.05, 0.2, 1, 3, 10, 30, 60, 180, 600, 3_600],
    registers,
  });
  const turns = new Counter({
    name: 'hostwright_turns_total',
    help: 'Turns of jobs by how they ended',
    labelNames: ['outcome'],
    registers,
  });
  const sweeps = new Counter({ name: 'hostwright_sweeps_total', help: 'Sweeps for lost rings and dead workers', registers });
  const swept = new Counter({ name: 'hostwright_swept_jobs_total', help: 'Jobs that a sweep found due', registers });
  return {
    stepEnded: ({ extension, name, outcome, seconds }) => steps.observe({ extension, step: name, outcome }, seconds),
    turnEnded: (outcome) => turns.inc({ outcome }),
    swept(jobs) {
      sweeps.inc();
      swept.inc(jobs);
    },
  };
}

function factGauges(registry: Registry, { db, log }: NonNullable<MetricsOptions['facts']>): () => Promise<void> {
  const up = new Gauge({ name: 'hostwright_database_up', help: '1 when the database answered', registers: [registry] });
  const gauges = facts.map((fact) => ({
    fact,
    gauge: new Gauge({ name: fact.name, help: fact.help, labelNames: [...fact.labels], registers: [registry] }),
  }));
  const line = new QuietLine(log, 'the metrics could not read the database');
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;

  const read = async () => {
    let answered = true;
    for (const { fact, gauge } of gauges) {
      const values = answered
        ? await readFact(db, fact).catch((error: unknown) => {
            answered = false;
            line.warn(error);
            return [];
          })
        : [];
      gauge.reset();
      for (const { labels, value } of values) gauge.set(labels, value);
      // A gauge without labels would otherwise go on to say 0.
      if (!answered && fact.labels.length === 0) gauge.remove({});
    }
    up.set(answered ? 1 : 0);
    readAt = performance.now();
  };

  return () => {
    if (reading) return reading;
    if (performance.now() - readAt < freshForMs) return Promise.resolve();
    reading = read().finally(() => (reading = undefined));
    return reading;
  };
}
