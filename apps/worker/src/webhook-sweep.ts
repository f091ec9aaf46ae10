import { Injectable } from '@nestjs/common';
import { Cron, Interval } from '@nestjs/schedule';
import { DeliveryQueue, DeliveryRunner } from '@hostwright/core';
import { DatabaseTrouble } from './database-trouble.js';
import { SweepTurns } from './sweep-turns.js';

/** What receivers were told is kept this long. */
const keepDays = 30;

/** Looks for deliveries: when the bell rings, and every few seconds for those whose time has come and for rings that were lost. */
@Injectable()
export class WebhookSweep {
  constructor(
    private readonly runner: DeliveryRunner,
    private readonly queue: DeliveryQueue,
    private readonly turns: SweepTurns,
    private readonly trouble: DatabaseTrouble,
  ) {}

  @Interval(2_000)
  async look(): Promise<void> {
    await this.turns.take('webhooks', () => this.runner.look());
  }

  @Cron('41 * * * *')
  async forget(): Promise<void> {
    try {
      await this.queue.forget(keepDays);
    } catch (error) {
      this.trouble.warn(error);
    }
  }
}
