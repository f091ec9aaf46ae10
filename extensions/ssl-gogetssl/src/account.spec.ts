import { describe, expect, it } from '@jest/globals';
import { putControl, testCtx } from '@hostwright/sdk-testing';
import { aStage, callsOf } from '../test/stage.js';
import { provisioning } from './modules.js';

describe('an account at GoGetSSL', () => {
  it('is tested by its balance', async () => {
    const { sandbox } = await aStage();
    const test = (change: object = {}) =>
      provisioning.testConnection!({ ctx: testCtx(), server: { ...sandbox.server, ...change } as never });
    expect(await test()).toEqual({ version: 'GoGetSSL API v1', warnings: [] });
    await putControl(sandbox, '/balance', { balance: 0 });
    expect((await test()).warnings).toEqual(["the account's balance is 0 USD"]);
    await expect(test({ password: 'wrong' })).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it('logs in once, and once more when its key is not taken any more', async () => {
    const stage = await aStage();
    const { sandbox } = stage;
    const test = () => provisioning.testConnection!({ ctx: testCtx(), server: sandbox.server as never });
    const logIns = () => callsOf(stage, '/auth/');
    await test();
    await test();
    expect(logIns()).toBe(1);
    await putControl(sandbox, '/sessions', {});
    await test();
    expect(logIns()).toBe(2);
  });

  it('that is refused with the new key as well logs in once and no more: that is for the admin to mend', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/locked-out', { is: true });
    await expect(provisioning.testConnection!({ ctx: testCtx(), server: stage.sandbox.server as never })).rejects.toMatchObject({
      code: 'invalid_config',
    });
    expect([callsOf(stage, '/auth/'), callsOf(stage, '/account/balance/')]).toEqual([1, 1]);
  });

  it('whose log-in comes upon a page of maintenance has changed nothing: it is tried again later', async () => {
    const { sandbox } = await aStage();
    await putControl(sandbox, '/maintenance', { calls: 1 });
    await expect(provisioning.testConnection!({ ctx: testCtx(), server: sandbox.server as never })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('tells nobody its key: it is in no message', async () => {
    const { sandbox } = await aStage();
    sandbox.fault({ kind: 'error_before', path: '/account/balance/' });
    await expect(provisioning.testConnection!({ ctx: testCtx(), server: sandbox.server as never })).rejects.toThrow(
      /^GET \/account\/balance\/: GoGetSSL answered 500$/,
    );
  });
});
