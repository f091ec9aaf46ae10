import { Injectable } from '@nestjs/common';
import { Gauge, Histogram, Registry } from 'prom-client';
import type { Metrics } from '@hostwright/platform';
import { OpenStreams } from '../jobs/index.js';

/** The metrics of the process and of the tables. A class, so that it can be injected. */
export class ProcessMetrics {
  constructor(readonly metrics: Pick<Metrics, 'text' | 'contentType'>) {}
}

/** What Prometheus reads: the process, the tables, and how requests are answered. */
@Injectable()
export class HttpMetrics {
  private readonly registry = new Registry();
  private readonly requests: Histogram<'method' | 'route' | 'status'>;
  /** By what they are labelled with: to find one by its labels takes longer than to count. */
  private readonly children = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();

  constructor(
    private readonly others: ProcessMetrics,
    streams: OpenStreams,
  ) {
    const registers = [this.registry];
    this.requests = new Histogram({
      name: 'hostwright_http_request_seconds',
      help: 'Time to answer, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
      registers,
    });
    new Gauge({
      name: 'hostwright_progress_streams',
      help: 'Streams of progress that are open in this process',
      registers,
      collect() {
        this.set(streams.size);
      },
    });
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    const name = `${method} ${status} ${route}`;
    let child = this.children.get(name);
    if (!child) this.children.set(name, (child = this.requests.labels({ method, route, status: String(status) })));
    child.observe(seconds);
  }

  async text(): Promise<string> {
    return `${await this.others.metrics.text()}\n${await this.registry.metrics()}`;
  }
}
