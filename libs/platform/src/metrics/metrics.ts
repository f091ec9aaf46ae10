import type { Log } from '@hostwright/sdk';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Queryable } from '../database/index.js';
import { installationMetrics } from './installation-metrics.js';

export interface MetricsOptions {
  /** Name of the process, on every value that is its own. */
  readonly process: string;
  /** Adds what the tables say of the whole installation. Without it only this process speaks of itself. */
  readonly facts?: { readonly db: Queryable; readonly log: Pick<Log, 'warn'> };
}

export interface Metrics {
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** The metrics of one process and, from the tables, of the installation. */
export function createMetrics({ process, facts }: MetricsOptions): Metrics {
  const own = new Registry();
  own.setDefaultLabels({ process });
  collectDefaultMetrics({ register: own });
  const installation = facts && installationMetrics(facts);
  return {
    contentType: own.contentType,
    async text() {
      const texts = await Promise.all([installation?.text() ?? '', own.metrics()]);
      return texts.filter(Boolean).join('\n');
    },
  };
}
