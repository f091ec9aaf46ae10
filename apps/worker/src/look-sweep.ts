import { Injectable } from '@nestjs/common';
import { Cron, Interval } from '@nestjs/schedule';
import { Doorbell, LookRunner, LookStore, UsageStore } from '@hostwright/core';
import { DatabaseTrouble } from './database-trouble.js';
import { LookWork } from './look-work.js';
import { SweepTurns } from './sweep-turns.js';

/** Looks and findings that are over are kept this long, and usage by the day. */
const keepDays = 30;
const keepUsageDays = 800;

/** Looks at servers: when it is time, when the bell rings, and every few seconds for rings that were lost. */
@Injectable()
export class LookSweep {
  constructor(
    private readonly runner: LookRunner,
    private readonly looks: LookStore,
    private readonly usage: UsageStore,
    private readonly work: LookWork,
    private readonly doorbell: Doorbell,
    private readonly turns: SweepTurns,
    private readonly trouble: DatabaseTrouble,
  ) {}

  /** Returns at once; the runner works on. */
  look(): void {
    this.runner.look().catch((error: unknown) => this.trouble.warn(error));
  }

  @Interval(5_000)
  async lookForLostRings(): Promise<void> {
    await this.turns.take('looks', async () => {
      if ((await this.looks.due()) > 0) this.look();
    });
  }

  @Interval(20_000)
  async addDue(): Promise<void> {
    await this.turns.take('looks by the clock', async () => this.doorbell.ring('looks', await this.looks.addDue(this.work.plans)));
  }

  @Cron('29 * * * *')
  async forget(): Promise<void> {
    try {
      await this.looks.forget(keepDays);
      await this.usage.forget(keepUsageDays, new Date());
    } catch (error) {
      this.trouble.warn(error);
    }
  }
}
