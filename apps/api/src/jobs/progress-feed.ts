import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { JobHistory, type JobEventView } from '@hostwright/core';
import { onceEvery } from '@hostwright/platform';
import { ApiLog } from '../http/index.js';

/** How often the database is asked, whatever the number of listeners. */
const intervalMs = 200;

/** Somebody who follows a job. */
export interface ProgressListener {
  readonly jobId: string;
  /** Number of the last event it was given. Moved by `deliver`. */
  readonly after: number;
  /** False while it cannot take more. */
  readonly ready: boolean;
  /** New events, in order; `over`: none will follow. */
  deliver(events: readonly JobEventView[], over: boolean): void;
  /** The process stops. */
  close(): void;
}

/** Reads progress for all who listen with one query an interval, and none while nobody does. */
@Injectable()
export class ProgressFeed implements BeforeApplicationShutdown {
  private readonly listeners = new Set<ProgressListener>();
  private readonly complain = onceEvery(30_000);
  private timer: NodeJS.Timeout | undefined;
  private reading = false;

  constructor(
    private readonly history: JobHistory,
    private readonly log: ApiLog,
  ) {}

  get size(): number {
    return this.listeners.size;
  }

  add(listener: ProgressListener): void {
    this.listeners.add(listener);
    this.schedule(0);
  }

  remove(listener: ProgressListener): void {
    this.listeners.delete(listener);
  }

  beforeApplicationShutdown(): void {
    clearTimeout(this.timer);
    for (const listener of this.listeners) listener.close();
    this.listeners.clear();
  }

  private schedule(inMs: number): void {
    if (this.reading || (this.timer !== undefined && inMs > 0)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.read();
    }, inMs);
  }

  private async read(): Promise<void> {
    this.reading = true;
    const asking = [...this.listeners].filter(({ ready }) => ready);
    try {
      if (asking.length > 0) {
        const news = await this.history.news(asking.map(({ jobId, after }) => ({ jobId, after })));
        for (const { cursor, events, over } of news) {
          const listener = asking[cursor];
          if (listener && this.listeners.has(listener)) listener.deliver(events, over);
        }
      }
    } catch (error) {
      // Streams stay open and go on where they were once the database is back.
      this.complain((skipped) => this.log.error('progress could not be read', { skipped }, error));
    } finally {
      this.reading = false;
    }
    if (this.listeners.size > 0) this.schedule(intervalMs);
  }
}
