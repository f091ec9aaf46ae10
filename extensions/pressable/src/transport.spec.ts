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

  it('is tried again ever more seldom, once an hour in the end, and at once with another secret', async () => {
    stage = await Stage.empty();
    await stage.put('/secret', { changed: true });
    const tries: number[] = [];
    for (let minute = 0; minute <= 240; minute += 1) {
      stage.laterMs = minute * 60_000;
      const before = stage.logIns();
      await expect(client().account()).rejects.toThrow(withCode('invalid_config'));
      if (stage.logIns() > before) tries.push(minute);
    }
    expect(tries).toEqual([0, 5, 15, 35, 75, 135, 195]);
    stage.server = { ...stage.server, clientSecret: `${stage.server.clientSecret}-2` };
    await expect(client().account()).resolves.toMatchObject({ email: 'reseller@example.com' });
  });

  it('says the same each time, and whom it is about', async () => {
    stage = await Stage.empty();
    // Given, and then taken for nothing by every call.
    stage.before = (method, path) => (path === '/auth/token' ? undefined : stage.put('/tokens/expired'));
    for (let time = 0; time < 2; time += 1) {
      await expect(client().account()).rejects.toThrow(
        expect.objectContaining({
          code: 'invalid_config',
          field: 'clientSecret',
          message: 'GET /v1/account: the client ID or secret was refused: Unauthorized',
        }),
      );
    }
    expect(stage.logIns()).toBe(1);
  });

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

describe('the log-in’s own shapes', () => {
  const answering = async (...answers: readonly Response[]) => {
    stage = await Stage.empty();
    const left = [...answers];
    const asked: string[] = [];
    const ctx = {
      now: stage.ctx.now,
      fetch: (url: string) => {
        asked.push(new URL(url).pathname);
        return Promise.resolve(left.shift() ?? new Response('{}', { status: 500 }));
      },
    };
    // An address of its own, so that no other test's token counts here.
    const server = { ...stage.server, apiUrl: `http://login-${Math.random()}.example` };
    return { client: () => new PressableClient(ctx, server), asked };
  };
  const said = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

  it.each([
    [400, { error: 'invalid_client', error_description: 'Client authentication failed.' }, /Client authentication failed/],
    [401, { error: 'invalid_client' }, /invalid_client/],
    [401, { message: 'Unauthorized' }, /Unauthorized/],
    [403, { error: 'access_denied' }, /access_denied/],
  ])('%i with %j is a refusal, asked for once', async (status, body, reason) => {
    const { client: aClient, asked } = await answering(said(status, body));
    for (let time = 0; time < 3; time += 1) {
      await expect(aClient().account()).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_config', message: expect.stringMatching(reason) }),
      );
    }
    expect(asked).toEqual(['/auth/token']);
  });

  it.each([
    [404, JSON.stringify({ message: 'Not Found' })],
    [404, '<html>no such page</html>'],
    [301, ''],
  ])('%i with %s is an address that is not Pressable’s', async (status, body) => {
    const { client: aClient } = await answering(new Response(body, { status }));
    await expect(aClient().account()).rejects.toThrow(expect.objectContaining({ code: 'invalid_config', field: 'apiUrl' }));
  });

  it('a page instead of a log-in says what to look at', async () => {
    const { client: aClient } = await answering(new Response('<html>Welcome</html>', { status: 200 }));
    await expect(aClient().account()).rejects.toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringMatching(/is no answer of Pressable's; check the address/) }),
    );
  });

  it.each([
    [200, { token_type: 'Bearer' }],
    [200, { access_token: 'two\nlines', expires_in: 3599 }],
    [200, []],
    [500, { error: 'server_error' }],
  ])('%i with %j is no log-in, and no refusal', async (status, body) => {
    const { client: aClient, asked } = await answering(said(status, body), said(status, body));
    for (let time = 0; time < 2; time += 1) await expect(aClient().account()).rejects.toThrow(withCode('unavailable'));
    expect(asked).toHaveLength(2);
  });

  it('without an end is used for somewhat less than an hour', async () => {
    const account = () => said(200, { message: 'Success', data: { email: 'a@example.com' }, errors: null });
    const { client: aClient, asked } = await answering(said(200, { access_token: 'token' }), account(), account());
    await aClient().account();
    stage.laterMs = 40 * 60_000;
    await aClient().account();
    expect(asked).toEqual(['/auth/token', '/v1/account', '/v1/account']);
  });
});
