import { afterEach, describe, expect, it } from '@jest/globals';
import { Stage } from '../test/stage.js';
import { PressableClient } from './client.js';

let stage: Stage;
afterEach(() => stage.sandbox.stop());
const withCode = (code: string) => expect.objectContaining({ code });
const client = (): PressableClient => new PressableClient(stage.ctx, stage.server);

describe('a token', () => {
  it('is asked for once, at /auth/token and as a form, and used for every call of an hour', async () => {
    stage = await Stage.empty();
    await client().account();
    await client().sites();
    stage.laterMs = 58 * 60_000;
    await client().sites();
    expect(stage.sandbox.calls().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /auth/token',
      'GET /v1/account',
      'GET /v1/sites',
      'GET /v1/sites',
    ]);
  });

  it('is renewed a minute before it ends', async () => {
    stage = await Stage.empty();
    await client().account();
    stage.laterMs = 59 * 60_000;
    await client().account();
    expect(stage.logIns()).toBe(2);
  });

  it('is asked for once by all who need it at the same moment', async () => {
    stage = await Stage.empty();
    await Promise.all(Array.from({ length: 8 }, () => client().account()));
    expect(stage.logIns()).toBe(1);
  });

  it('that was refused is replaced, and the call made again once', async () => {
    stage = await Stage.empty();
    await client().account();
    await stage.put('/tokens/expired');
    await client().account();
    expect(stage.sandbox.calls().map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/auth/token 200',
      '/v1/account 200',
      '/v1/account 401',
      '/auth/token 200',
      '/v1/account 200',
    ]);
  });

  it('belongs to one address and one secret alone', async () => {
    stage = await Stage.empty();
    await client().account();
    await expect(new PressableClient(stage.ctx, { ...stage.server, clientSecret: 'another' }).account()).rejects.toThrow(
      withCode('invalid_config'),
    );
  });
});

describe('a refusal of the credentials', () => {
  it.each(['message', 'error'])(
    'with %s stops at once, and is not asked for again for some minutes: repeated failures lock the account',
    async (key) => {
      stage = await Stage.empty();
      await client().account();
      await stage.put('/access', { refusalKey: key });
      await stage.put('/secret', { changed: true });
      for (let time = 0; time < 10; time += 1) await expect(client().account()).rejects.toThrow(withCode('invalid_config'));
      expect(stage.logIns()).toBe(2);
      stage.laterMs = 6 * 60_000;
      await expect(client().account()).rejects.toThrow(withCode('invalid_config'));
      expect(stage.logIns()).toBe(3);
      expect(stage.sandbox.violations()).toEqual([]);
    },
  );

  it('is forgotten when somebody tests the connection', async () => {
    stage = await Stage.empty();
    await stage.put('/secret', { changed: true });
    await expect(client().account()).rejects.toThrow(/Client authentication failed/);
    await stage.put('/secret', { changed: false });
    await expect(client().account()).rejects.toThrow(withCode('invalid_config'));
    const mended = client();
    mended.forgive();
    await expect(mended.account()).resolves.toMatchObject({ email: 'reseller@example.com' });
  });

  it('never shows the secret or a token', async () => {
    stage = await Stage.empty();
    await stage.put('/secret', { changed: true });
    const error = await client()
      .account()
      .catch((thrown: unknown) => thrown as Error);
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(stage.server.clientSecret);
  });

  it('of a single call goes for that call alone and keeps the token', async () => {
    stage = await Stage.empty();
    await stage.put('/access', { closed: ['/v1/account'] });
    await expect(client().account()).rejects.toThrow(/lacks the permission/);
    await expect(client().sites()).resolves.toEqual([]);
    expect(stage.logIns()).toBe(1);
  });
});

it.each(['error_before', 'lost_reply', 'malformed', 'wrong_shape', 'error_after', 'too_many_requests', 'refuse'] as const)(
  'a log-in that shows %s changed nothing, so the call is certainly not executed',
  async (kind) => {
    stage = await Stage.empty();
    stage.sandbox.fault({ kind, path: '/auth/token' });
    await expect(client().disableSite(1)).rejects.toThrow(withCode('unavailable'));
    expect(stage.changes()).toEqual([]);
  },
);

it('a call that may have worked is never taken for one that did not', async () => {
  stage = await Stage.start();
  for (const kind of ['lost_reply', 'ghost_success', 'error_after', 'malformed', 'wrong_shape'] as const) {
    stage.sandbox.fault({ kind, method: 'PUT' });
    await expect(client().enableSite(stage.properties.siteId)).rejects.toThrow(withCode('unknown_outcome'));
  }
  stage.sandbox.fault({ kind: 'too_many_requests', method: 'PUT' });
  await expect(client().enableSite(stage.properties.siteId)).rejects.toThrow(
    expect.objectContaining({ code: 'unavailable', retryAfterMs: 2000 }),
  );
});
