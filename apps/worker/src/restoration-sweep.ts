import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LookStore, RestorationStore } from '@hostwright/core';
import { LookWork } from './look-work.js';
import { SweepTurns } from './sweep-turns.js';

/** Notices that the database is another one than it was, which may come to be so under a worker at work, and has held servers looked at. */
@Injectable()
export class RestorationSweep {
  constructor(
    private readonly restorations: RestorationStore,
    private readonly looks: LookStore,
    private readonly work: LookWork,
    private readonly turns: SweepTurns,
  ) {}

  @Interval(5_000)
  async notice(): Promise<void> {
    await this.turns.take('restorations', async () => {
      await this.restorations.notice();
      await this.looks.addHeld(this.work.comparable);
    });
  }
}
