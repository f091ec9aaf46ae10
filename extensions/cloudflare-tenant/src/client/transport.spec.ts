import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testCtx } from '@hostwright/sdk-testing';
import { Stage } from '../../test/stage.js';
import { Accounts } from './accounts.js';
import { Transport } from './transport.js';
import { Zones } from './zones.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.start();
});
afterEach(async () => {
  await stage.sandbox.stop();
  expect(stage.sandbox.violations()).toEqual([]);
});

describe('what is sent to Cloudflare', () => {
  const sent: Record<string, string>[] = [];
  const transport = () => {
    const ctx = testCtx({ deadlineMs: 400 });
    return new Transport({ fetch: (url, request) => (sent.push({ ...request?.headers }), ctx.fetch(url, request)) }, stage.server);
  };
  beforeEach(() => {
    sent.length = 0;
  });

  it('has one pair of credentials, and none of the environment', async () => {
    const names = ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_KEY', 'CLOUDFLARE_EMAIL', 'CLOUDFLARE_BASE_URL'] as const;
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = 'https://leaked.invalid';
    try {
      await new Zones(transport()).all();
      await new Accounts(transport()).named('hw-test-c3');
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    expect(JSON.stringify(sent)).not.toContain('leaked');
    expect(sent.map((headers) => Object.keys(headers).sort())).toEqual([
      ['accept', 'authorization'],
      ['accept', 'x-auth-email', 'x-auth-key'],
    ]);
  });

  it.each(['too_many_requests', 'error_before', 'lost_reply'] as const)(
    'is sent once when it shows %s: the SDK’s retries would send a POST twice',
    async (kind) => {
      stage.sandbox.fault({ kind, method: 'POST', path: '/zones$' });
      const account = stage.sandbox.world.addAccount('hw-test-c3');
      await expect(new Zones(transport()).create(account.id, 'shop.example')).rejects.toThrow();
      expect(sent).toHaveLength(1);
    },
  );

  it.each([
    [50, 3],
    [20, 6],
  ])('is asked page by page, also where Cloudflare gives fewer than were asked for: %i at a time', async (mostPerPage, pages) => {
    stage.sandbox.world.switches.mostPerPage = mostPerPage;
    const account = stage.sandbox.world.addAccount('hw-test-c3');
    for (let i = 0; i < 100; i += 1) stage.sandbox.world.addZone(account.id, `zone-${i}.example`);
    expect(await new Zones(transport()).inAccount(account.id)).toHaveLength(100);
    expect(sent).toHaveLength(pages);
  });
});
