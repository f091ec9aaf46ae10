import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Doorbell, LookStore, RestorationStore } from '@hostwright/core';
import { DatabaseTrouble } from './database-trouble.js';
import { LookWork } from './look-work.js';

/** Notices when the database becomes another one under a worker at work, and sees to it that servers that are held are looked at. */
@Injectable()
export class RestorationSweep implements OnApplicationBootstrap {
  constructor(
    private readonly restorations: RestorationStore,
    private readonly looks: LookStore,
    private readonly work: LookWork,
    private readonly doorbell: Doorbell,
    private readonly trouble: DatabaseTrouble,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
  }

  @Interval(5_000)
  async sweep(): Promise<void> {
    try {
      await this.restorations.notice();
      const added = await this.looks.addHeld(this.work.comparable);
      if (added > 0) await this.doorbell.ring('looks', added);
    } catch (error) {
      this.trouble.warn(error); // the next sweep tries again
    }
  }
}
