import { Injectable } from '@nestjs/common';
import { Cron, Interval } from '@nestjs/schedule';
import { TaskRunner, TaskStore, taskQueueNames, type TaskQueueName } from '@hostwright/core';
import { LinkMaker, OutboxRelay } from '@hostwright/platform';
import { DatabaseTrouble } from './database-trouble.js';
import { SweepTurns } from './sweep-turns.js';

/** Results are kept this long. Failed tasks stay until staff clear them. */
const keepResultsHours = 24;

/** Looks for tasks: when the bell rings, and every few seconds for rings that were lost. */
@Injectable()
export class TaskSweep {
  private relaying = false;

  constructor(
    private readonly runner: TaskRunner,
    private readonly tasks: TaskStore,
    private readonly outbox: OutboxRelay,
    private readonly links: LinkMaker,
    private readonly turns: SweepTurns,
    private readonly trouble: DatabaseTrouble,
  ) {}

  /** Returns at once; the runner works on. */
  look(queue: TaskQueueName): void {
    this.runner.look(queue).catch((error: unknown) => this.trouble.warn(error));
  }

  @Interval(5_000)
  async lookForLostRings(): Promise<void> {
    await this.turns.take('tasks', async () => {
      const due = await this.tasks.due();
      for (const queue of taskQueueNames) if (due.has(queue)) this.look(queue);
    });
  }

  @Interval(1_000)
  async relayEvents(): Promise<void> {
    if (this.relaying) return;
    this.relaying = true;
    try {
      await this.outbox.run();
    } catch (error) {
      this.trouble.warn(error);
    } finally {
      this.relaying = false;
    }
  }

  @Cron('17 * * * *')
  async forgetResults(): Promise<void> {
    try {
      await this.tasks.forget(keepResultsHours);
      await this.links.forget();
    } catch (error) {
      this.trouble.warn(error);
    }
  }
}
