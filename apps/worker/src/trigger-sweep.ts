import { Injectable } from '@nestjs/common';
import { Cron, Interval } from '@nestjs/schedule';
import { TriggerQueue, TriggerRunner } from '@hostwright/core';
import { DatabaseTrouble } from './database-trouble.js';
import { SweepTurns } from './sweep-turns.js';

/** What providers told and was seen to is kept this long; until then the same once more has no effect at all. */
const keepDays = 30;

/** Looks at what providers told: when the bell rings, and every few seconds for what is to be tried again and for rings that were lost. */
@Injectable()
export class TriggerSweep {
  constructor(
    private readonly runner: TriggerRunner,
    private readonly queue: TriggerQueue,
    private readonly turns: SweepTurns,
    private readonly trouble: DatabaseTrouble,
  ) {}

  @Interval(2_000)
  async look(): Promise<void> {
    await this.turns.take('triggers', () => this.runner.look());
  }

  @Cron('53 * * * *')
  async forget(): Promise<void> {
    try {
      await this.queue.forget(keepDays);
    } catch (error) {
      this.trouble.warn(error);
    }
  }
}
