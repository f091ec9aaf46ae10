import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineMeter } from '@hostwright/core';
import { operation } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { away, lost, refused, Things } from './testing/things.js';

/** Remembers what it was told, with its clock at one second more each time it is looked at. */
class NotingMeter extends EngineMeter {
  notes: string[] = [];
  private at = 0;

  stopwatch(): () => number {
    const from = (this.at += 1);
    return () => (this.at += 1) - from;
  }
  jobEnded({ operation, outcome }: { operation: string; outcome: string }): void {
    this.notes.push(`job ${operation} ${outcome}`);
  }
  stepEnded({ extension, name, outcome, seconds }: { extension: string; name: string; outcome: string; seconds: number }): void {
    this.notes.push(`step ${extension} ${name} ${outcome}${seconds >= 1 ? '' : ' in no time'}`);
  }
  callFailed({ name, during, verdict }: { name: string; during: string; verdict: string }): void {
    this.notes.push(`failed ${name} ${during} ${verdict}`);
  }
  stepRetried({ name }: { name: string }): void {
    this.notes.push(`again ${name}`);
  }
  turnEnded(): void {}
  swept(_jobs: number, seconds: number): void {
    if (seconds >= 1) this.sweeps += 1;
  }
  leaseLost(): void {
    this.notes.push('lease lost');
  }
  journalWritten(writes: number): void {
    this.written += writes;
  }
  sweeps = 0;
  written = 0;
}

describe('what the engine tells its meter', () => {
  const meter = new NotingMeter();
  let engine: EngineFixture;
  let things: Things;

  beforeAll(async () => {
    engine = await EngineFixture.make();
    engine.meter = meter;
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(() => {
    engine.reset();
    things = new Things();
    meter.notes = [];
    engine.modules = {
      provisioning: {
        create: operation({
          steps: ['check', 'make'],
          async run({ step, ctx, service }) {
            await step('check', { run: async () => undefined });
            const { name } = await step(['make', 'one'], things.step(`t${service.id}`, ctx.owner));
            return { remoteId: name };
          },
        }),
      },
    };
  });

  it('is each step by its declared name, with the time it took, and the job', async () => {
    meter.written = 0;
    await engine.until(await engine.job(), 'completed');
    await engine.when(() => meter.notes.includes('job create completed'));
    expect(meter.notes).toEqual(['step fake check done', 'step fake make done', 'job create completed']);
    // Two ends of steps, one intent, and the end of the turn.
    expect(meter.written).toBe(4);
  });

  it('is what a call that failed means, and that it is tried again', async () => {
    things.faults = [lost, away];
    await engine.until(await engine.job(), 'completed');
    await engine.when(() => meter.notes.includes('job create completed'));
    expect(meter.notes.slice(1, 4)).toEqual(['failed make call unknown', 'again make', 'failed make call later']);
    expect(meter.notes.slice(-2)).toEqual(['step fake make done', 'job create completed']);
  });

  it('is a failure once, by its code, however often is looked again after it', async () => {
    things.faults = [lost, lost, refused];
    const id = await engine.job();
    await engine.until(id, 'failed');
    await engine.lateLooks(id);
    expect(meter.notes).toContain('step fake make rejected');
    expect(meter.notes.filter((note) => note.startsWith('job'))).toEqual(['job create failed']);
  });

  it('is each sweep, and a lease that was lost', async () => {
    const before = meter.sweeps;
    await engine.pool.query(`UPDATE worker SET lease_until = now() - interval '1 second'`);
    await engine.when(() => meter.notes.includes('lease lost') && meter.sweeps > before);
  });
});
