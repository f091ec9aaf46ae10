import { Injectable } from '@nestjs/common';
import { Cron, Interval } from '@nestjs/schedule';
import { Doorbell, LookRunner, LookStore, RestorationStore, UsageStore } from '@hostwright/core';
import { DatabaseTrouble } from './database-trouble.js';
import { LookWork } from './look-work.js';

/** Looks and findings that are over are kept this long, and usage by the day. */
const keepDays = 30;
const keepUsageDays = 800;

/**
 * Looks at servers: when it is time, when the bell rings, and every few seconds for rings that were lost and for servers that are held
 * because the database is another one than it was, which may come to be so under a worker at work.
 */
@Injectable()
export class LookSweep {
  constructor(
    private readonly runner: LookRunner,
    private readonly looks: LookStore,
    private readonly usage: UsageStore,
    private readonly work: LookWork,
    private readonly restorations: RestorationStore,
    private readonly doorbell: Doorbell,
    private readonly trouble: DatabaseTrouble,
  ) {}

  /** Returns at once; the runner works on. */
  look(): void {
    this.runner.look().catch((error: unknown) => this.trouble.warn(error));
  }

  @Interval(5_000)
  async lookForLostRings(): Promise<void> {
    await this.quietly(async () => {
      await this.restorations.notice();
      await this.looks.addHeld(this.work.comparable);
      if ((await this.looks.due()) > 0) this.look();
    });
  }

  @Interval(20_000)
  async addDue(): Promise<void> {
    await this.quietly(async () => this.doorbell.ring('looks', await this.looks.addDue(this.work.plans)));
  }

  @Cron('29 * * * *')
  async forget(): Promise<void> {
    await this.quietly(async () => {
      await this.looks.forget(keepDays);
      await this.usage.forget(keepUsageDays, new Date());
    });
  }

  /** What could not be done now is done the next time. */
  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.trouble.warn(error);
    }
  }
}
