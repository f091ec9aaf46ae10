import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { absent, done, failed, operation, PanelError } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

describe('when what was started ends because something else is at work there', () => {
  let engine: EngineFixture;
  beforeAll(async () => {
    engine = await EngineFixture.make();
    await engine.runner().start();
  });
  afterAll(() => engine.end());

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
