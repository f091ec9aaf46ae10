import { Injectable } from '@nestjs/common';
import { DatabaseTrouble } from './database-trouble.js';

/**
 * Sweeps fall due at the same moments, as the clock has it. One after the other they need one connection; side by side each would open one
 * of its own. They are looks that take milliseconds; nothing that takes its time goes here.
 */
@Injectable()
export class SweepTurns {
  private readonly due = new Set<string>();
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly trouble: DatabaseTrouble) {}

  /** Runs a sweep after those before it, once however often it has fallen due meanwhile. What fails is told of, and done the next time. */
  async take(name: string, sweep: () => Promise<void>): Promise<void> {
    if (this.due.has(name)) return;
    this.due.add(name);
    this.last = this.last.then(async () => {
      try {
        await sweep();
      } catch (error) {
        this.trouble.warn(error);
      } finally {
        this.due.delete(name);
      }
    });
    await this.last;
  }
}
