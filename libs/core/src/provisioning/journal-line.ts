import type { EngineLog } from './engine-log.js';

const intervalMs = 60_000;

/** What the log says of a journal that is away, or comes and goes: a line a minute. */
export class JournalLine {
  private saidAt = -Infinity;
  private failing = false;

  constructor(
    private readonly log: EngineLog,
    private readonly now: () => number,
  ) {}

  trouble(error: unknown): void {
    if (this.now() - this.saidAt > intervalMs) {
      this.saidAt = this.now();
      this.log.error('the journal cannot be reached; the worker tries again by itself', {}, error);
    }
    this.failing = true;
  }

  reached(): void {
    if (this.failing && this.now() - this.saidAt > intervalMs) this.log.info('the journal can be reached again');
    this.failing = false;
  }
}
