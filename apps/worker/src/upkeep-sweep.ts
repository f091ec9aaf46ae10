import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { UpkeepDesk } from '@hostwright/core';
import { SweepTurns } from './sweep-turns.js';

/** Services asked for at a time: a transaction that takes milliseconds. What is left comes with the next sweep. */
const most = 50;

/** Starts what services need and nobody asks for, such as another certificate before theirs ends. */
@Injectable()
export class UpkeepSweep {
  constructor(
    private readonly desk: UpkeepDesk,
    private readonly turns: SweepTurns,
  ) {}

  @Interval(60_000)
  async requestDue(): Promise<void> {
    await this.turns.take('upkeep', async () => void (await this.desk.requestDue(most)));
  }

  @Interval(60_000)
  async resumeAddons(): Promise<void> {
    await this.turns.take('add-ons', async () => void (await this.desk.resumeAddons(most)));
  }
}
