import { describe, expect, it } from '@jest/globals';
import { playTrigger, putControl, testCtx, type TestCtx } from '@hostwright/sdk-testing';
import sandbox from '@hostwright/ext-zoho-billing/sandbox';
import { ZohoBillingClient } from './client.js';
import type { ServerConfig } from './config.js';
import { trigger } from './trigger.js';

const zoho = playTrigger(sandbox, trigger);
const { read } = zoho;
const sell = async (wanted = {}): Promise<string> => (await zoho.sell({ plan: 'basic', ...wanted })).subject;

describe('the API', () => {
  it('is asked less often than the 100 times in a minute that it takes for an organization', () => {
    const { requests, perSeconds } = trigger.limits.rate!;
    expect((requests * 60) / perSeconds).toBeLessThan(100);
  });

  it.each([
    ['error_before', 'unknown_outcome'],
    ['error_after', 'unknown_outcome'],
    ['lost_reply', 'unknown_outcome'],
    ['malformed', 'unknown_outcome'],
    ['wrong_shape', 'unknown_outcome'],
    ['too_many_requests', 'unavailable'],
  ] as const)('that shows %s is %s', async (kind, code) => {
    const subject = await sell();
    zoho.sandbox.fault({ kind, path: '/billing/v1/subscriptions/' });
    await expect(read(subject)).rejects.toMatchObject({ code });
  });

  it('of the wrong organization says so', async () => {
    const subject = await sell();
    await expect(read(subject, { organizationId: '1' })).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('not associated'),
    });
    const server = { ...zoho.server, organizationId: '1' };
    await expect(trigger.testConnection!({ ctx: testCtx(), server })).rejects.toMatchObject({ code: 'rejected' });
  });

  it('is tested by its organizations', async () => {
    expect(await trigger.testConnection!({ ctx: testCtx(), server: zoho.server })).toEqual({
      version: 'Zoho Billing v1, Sandbox Hosting',
      warnings: [],
    });
  });
});

describe('an answer', () => {
  let account = 0;
  /** A Zoho that lets everybody in and answers every call so. Its account is a new one: tokens are kept by account. */
  const answered = (status: number, body: unknown): { client: ZohoBillingClient; asked: string[] } => {
    const asked: string[] = [];
    const json = (text: unknown, code = 200) => Promise.resolve(new Response(JSON.stringify(text), { status: code }));
    const fetch: TestCtx['fetch'] = (url, request) => {
      asked.push(`${new URL(url).pathname} ${request?.headers?.['authorization'] ?? ''}`.trim());
      if (url.endsWith('/oauth/v2/token')) return json({ access_token: `1000.${asked.length}`, api_domain: 'https://www.zohoapis.com' });
      return json(body, status);
    };
    const server: ServerConfig = {
      ...{
        accountsUrl: 'https://accounts.zoho.com',
        apiUrl: 'https://www.zohoapis.com',
        organizationId: '1',
        clientId: `1000.${account++}`,
      },
      ...{ clientSecret: 's', refreshToken: 'r', webhookSecret: 'w' },
    };
    return { client: new ZohoBillingClient(testCtx({ fetch }), server), asked };
  };

  it('is judged by its code and not by HTTP: 0 is success, whatever the status', async () => {
    for (const status of [200, 201, 400])
      expect(await answered(status, { code: 0, message: 'success', subscription: { status: 'live' } }).client.subscription('1')).toEqual({
        status: 'live',
      });
    await expect(answered(200, { code: 1001, message: 'Invalid subscription' }).client.subscription('1')).rejects.toMatchObject({
      code: 'rejected',
      message: 'GET /subscriptions/1: Invalid subscription (code 1001)',
    });
  });

  it.each([
    [400, 'rejected'],
    [403, 'invalid_config'],
    [404, 'not_found'],
    [405, 'rejected'],
    [406, 'rejected'],
    [429, 'unavailable'],
    [500, 'unknown_outcome'],
  ])('that refuses with %i is %s, whatever its number, which is not published', async (status, meaning) => {
    for (const code of [5, 1002, 3004, 43])
      await expect(answered(status, { code, message: 'No' }).client.subscription('1')).rejects.toMatchObject({ code: meaning });
  });

  it.each([57, 14, 9])('with 401 and the code %i, or another, asks for one other token and then for the admin', async (code) => {
    const { client, asked } = answered(401, { code, message: 'You are not authorized' });
    await expect(client.subscription('1')).rejects.toMatchObject({ code: 'invalid_config' });
    // Not Bearer: Zoho has a word of its own.
    expect(asked).toEqual([
      '/oauth/v2/token',
      '/billing/v1/subscriptions/1 Zoho-oauthtoken 1000.1',
      '/oauth/v2/token',
      '/billing/v1/subscriptions/1 Zoho-oauthtoken 1000.3',
    ]);
  });

  it('of a pause state that is not documented is a task for a person, never a guess', async () => {
    const subject = await sell();
    await putControl(zoho.sandbox, '/sale', { subject, status: 'pause_scheduled' });
    await expect(read(subject)).rejects.toMatchObject({ code: 'rejected' });
  });
});
