import type { ServerResponse } from 'node:http';
import { eventForCustomer, type JobEventView } from '@hostwright/core';
import type { ProgressFeed, ProgressListener } from './progress-feed.js';

const heartbeatMs = 15_000;
/** After this long the caller connects anew, with the credentials it then has. */
const longestMs = 30 * 60_000;

export interface StreamOptions {
  readonly jobId: string;
  readonly after: number;
  /** Customers are told what concerns them. */
  readonly forCustomer: boolean;
  readonly onEnd: () => void;
}

/** One open stream of server-sent events: writes what the feed delivers, as fast as its reader takes it. */
export class ProgressStream implements ProgressListener {
  readonly jobId: string;
  after: number;
  ready = true;
  private readonly heartbeat: NodeJS.Timeout;
  private readonly end: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    private readonly feed: ProgressFeed,
    private readonly options: StreamOptions,
  ) {
    this.jobId = options.jobId;
    this.after = options.after;
    this.heartbeat = setInterval(() => this.ready && this.write(': still here\n\n'), heartbeatMs);
    this.end = setTimeout(() => this.close(), longestMs);
    response.on('drain', () => (this.ready = true));
    response.on('error', () => this.gone());
    response.on('close', () => this.gone());
    this.write('retry: 1000\n\n');
    feed.add(this);
  }

  deliver(events: readonly JobEventView[], over: boolean): void {
    if (events.length > 0) this.write(events.map((event) => this.lines(event)).join(''));
    this.after = events.at(-1)?.number ?? this.after;
    if (over) this.close();
  }

  close(): void {
    this.gone();
    if (!this.response.writableEnded) this.response.end();
  }

  private write(text: string): void {
    if (!this.response.writableEnded && !this.response.destroyed) this.ready = this.response.write(text);
  }

  private gone(): void {
    clearInterval(this.heartbeat);
    clearTimeout(this.end);
    this.feed.remove(this);
    this.options.onEnd();
  }

  private lines(event: JobEventView): string {
    const { number, at, type, step, total, percentage, message } = this.options.forCustomer ? eventForCustomer(event) : event;
    const data = JSON.stringify({ type, step, total, percentage, message, timestamp: at.toISOString() });
    return `id: ${this.jobId}:${number}\ndata: ${data}\n\n`;
  }
}
