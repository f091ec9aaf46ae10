import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { absent, done, failed, operation, PanelError } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;
beforeAll(async () => {
  engine = await EngineFixture.make();
  await engine.runner().start();
});
afterAll(() => engine.end());

describe('when what was started ends because something else is at work there', () => {
  const refusedTimes = (times: number, retryAfterMs?: number) => {
    let begun = 0;
    const create = operation({
      steps: ['slow'],
      async run({ step }) {
        await step('slow', {
          claim: 'slow',
          find: async () => absent,
          run: async () => `task ${++begun}`,
          until: async () =>
            begun <= times ? failed(new PanelError('unavailable', 'locked by a backup', { retryAfterMs })) : done('made'),
          undo: async () => undefined,
        });
        return { remoteId: 'r' };
      },
    });
    engine.modules = { provisioning: { create } };
    return () => begun;
  };

  it('begins it again when the provider said, without counting', async () => {
    const begun = refusedTimes(8, 10);
    const job = await engine.until(await engine.job(), 'completed');
    expect(job.steps['site / slow']).toMatchObject({ state: 'done', attempts: 0 });
    expect(begun()).toBe(9);
  });

  it('counts it where the provider did not say when to come again', async () => {
    const begun = refusedTimes(8);
    await engine.until(await engine.job(), 'failed');
    expect(begun()).toBe(3);
  });
});

describe('when a call whose answer was lost is refused the second time', () => {
  /** The first call is not seen for two looks; every later one is refused. `comes`: the first one arrives after all. */
  const refusedAfterLoss = (comes: boolean) => {
    let [calls, looks] = [0, 0];
    const create = operation({
      steps: ['once'],
      async run({ step }) {
        await step('once', {
          strength: 'unique',
          claim: 'once',
          find: async () => (++looks > 2 && comes ? done() : absent),
          run: async () => {
            if (++calls === 1) throw new PanelError('unknown_outcome', 'no answer came');
            throw new PanelError('rejected', 'that can be asked for once only');
          },
          undo: async () => undefined,
        });
        return { remoteId: 'r' };
      },
    });
    engine.modules = { provisioning: { create } };
    return () => calls;
  };

  it('looks before it takes that for a no: the first call may have been done', async () => {
    const calls = refusedAfterLoss(true);
    const job = await engine.until(await engine.job(), 'completed');
    expect(job.steps['site / once']).toMatchObject({ state: 'done' });
    expect(calls()).toBe(2);
  });

  it('fails with what was said when it was not done', async () => {
    const calls = refusedAfterLoss(false);
    const job = await engine.until(await engine.job(), 'failed');
    expect(job.failure).toMatchObject({ code: 'rejected', message: 'that can be asked for once only' });
    expect(calls()).toBe(3);
  });
});
