import { describe, expect, it } from '@jest/globals';
import type { ProxyHostInput } from '@hostwright/sdk';
import { failureOf, passingFaults, putControl, strangersMark } from '@hostwright/sdk-testing';
import { aHost, allSteps, aSandbox, byHand, ensure, expectExactlyOne, key, kinds, mark, remove, run, site } from '../test/stage.js';
import { proxy } from './proxy.js';

describe('a proxy host that is wanted', () => {
  it.each(['2.12', '2.15'])('is made with its certificate, and answered as it stands, on version %s', async (version) => {
    const sandbox = await aSandbox({ version });
    const { output, finished } = await ensure(sandbox);
    expect(finished).toEqual(allSteps);
    expect(output).toEqual({ ...site, remoteId: '1', enabled: true, certificateExpiresAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expectExactlyOne(sandbox);
  });

  it('is made without a certificate when none is wanted', async () => {
    const sandbox = await aSandbox();
    const { output, finished } = await ensure(sandbox, { certificate: 'none' });
    expect(finished).toEqual(['create proxy host', 'check proxy host']);
    expect(output).toMatchObject({ certificate: 'none', http2: false });
    expect(kinds(sandbox)).toEqual(['proxy-host']);
  });

  it('is adopted, with its certificate, when both are there and ours', async () => {
    const sandbox = await aSandbox();
    const first = await ensure(sandbox);
    const second = await ensure(sandbox);
    expect(second.output).toEqual(first.output);
    expectExactlyOne(sandbox);
  });

  it.each(allSteps)('stands once after a crash at the end of "%s"', async (name) => {
    const sandbox = await aSandbox();
    await ensure(sandbox, {}, { crashAtEnd: name });
    expectExactlyOne(sandbox);
  });

  it.each(['create proxy host', 'issue certificate', 'attach certificate'])(
    'stands once after a crash right after the call of "%s"',
    async (name) => {
      const sandbox = await aSandbox();
      await ensure(sandbox, {}, { crashAfterCall: name });
      expectExactlyOne(sandbox);
    },
  );

  it.each([
    ['without a mark', ''],
    ['with a stranger’s mark', `# hw-owner: ${strangersMark}\n`],
    ['with a mark longer by a digit', `# hw-owner: ${mark}1\n`],
    ['with a mark and a word', `# hw-owner: ${mark} shop\n`],
    ['with two marks', `# hw-owner: ${mark}\n# hw-owner: ${strangersMark}\n`],
  ])('is not taken from a host that is the same, but %s', async (_how, advanced_config) => {
    const sandbox = await aSandbox();
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, advanced_config });
    const failed = await failureOf(ensure(sandbox));
    expect(failed.cause).toMatchObject({ code: 'not_owned' });
    await failed.undo();
    expect(kinds(sandbox)).toEqual(['proxy-host']);
  });

  it('is known by its mark among other lines that a person added', async () => {
    const sandbox = await aSandbox();
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', {
      ...aHost,
      advanced_config: `client_max_body_size 64m;\r\n# hw-owner: ${mark}\r\n`,
    });
    await ensure(sandbox);
    expectExactlyOne(sandbox);
  });

  it.each<[string, Record<string, unknown>]>([
    ['forwards elsewhere', { forward_host: '10.0.0.99' }],
    ['forwards to another port', { forward_port: 8080 }],
    ['serves another domain too', { domain_names: [site.domain, 'other.example.net'] }],
  ])('is not adopted when the host with our mark %s', async (_how, more) => {
    const sandbox = await aSandbox();
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, advanced_config: `# hw-owner: ${mark}\n`, ...more });
    expect((await failureOf(ensure(sandbox))).cause).toMatchObject({ code: 'not_owned' });
    expect(kinds(sandbox)).toEqual(['proxy-host']);
  });

  it('is not made when a host that the list does not show holds the domain', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/held', { domain: 'Shop.Example.Net' });
    expect((await failureOf(ensure(sandbox))).cause).toMatchObject({ code: 'not_owned' });
    expect(sandbox.ledger()).toEqual([]);
  });

  it('fails with what nginx said when nginx refuses it', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/nginx', { problem: 'nginx: [emerg] host not found in upstream' });
    const failed = await failureOf(ensure(sandbox));
    expect(failed.cause).toMatchObject({ code: 'rejected', message: expect.stringContaining('host not found in upstream') });
    await failed.undo();
    expect(sandbox.ledger()).toEqual([]);
  });

  it.each<[string, Partial<ProxyHostInput>, string]>([
    ['a domain that is none', { domain: 'shop' }, 'domain'],
    ['a wildcard', { domain: '*.example.net' }, 'domain'],
    ['a forward host that would end the directive', { forwardHost: '10.0.0.1; return 200' }, 'forwardHost'],
    ['a port out of range', { forwardPort: 70_000 }, 'forwardPort'],
  ])('%s is refused before anything is asked', async (_how, input, field) => {
    const sandbox = await aSandbox();
    expect((await failureOf(ensure(sandbox, input))).cause).toMatchObject({ code: 'invalid_input', field });
    expect(sandbox.calls()).toEqual([]);
  });
});

describe('a call whose outcome is unknown', () => {
  const calls = [
    ['POST', '/proxy-hosts$'],
    ['POST', '/certificates$'],
    ['PUT', '/proxy-hosts/1$'],
    ['POST', '/tokens$'],
    ['GET', '/certificates'],
  ] as const;

  it.each(calls.flatMap(([method, path]) => passingFaults.map((kind) => [kind, method, path] as const)))(
    'leaves exactly one host and certificate after %s at %s %s',
    async (kind, method, path) => {
      const sandbox = await aSandbox();
      sandbox.fault({ kind, method, path });
      const { sweep } = await ensure(sandbox);
      await sweep();
      expectExactlyOne(sandbox);
    },
  );

  it.each([
    ['/proxy-hosts$', 'host'],
    ['/certificates$', 'certificate'],
  ])('leaves exactly one when the call at %s takes effect late', async (path) => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'late_success', method: 'POST', path, delayMs: 120 });
    const { sweep } = await ensure(sandbox);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await sweep();
    expectExactlyOne(sandbox);
  });

  it('waits for the certificate under way instead of asking for a second one', async () => {
    const sandbox = await aSandbox({ speed: 0.02 }); // certbot takes 500 ms
    await ensure(sandbox, {}, { deadlineMs: 200 });
    expectExactlyOne(sandbox);
    expect(sandbox.calls().filter((call) => call.method === 'POST' && call.path.endsWith('/certificates'))).toHaveLength(1);
  });

  it('is no reason to stay on the line: a slow certificate is waited for between looks', async () => {
    const sandbox = await aSandbox({ speed: 0.04 }); // certbot takes 1 s
    const started = performance.now();
    const crashed = await ensure(sandbox, {}, { deadlineMs: 100, crashAfterCall: 'issue certificate' });
    expect(crashed.finished).toEqual(allSteps);
    expect(performance.now() - started).toBeGreaterThan(900);
    expectExactlyOne(sandbox);
  });

  it.each(['/tokens/expired', '/tokens/unknown'])('is none when the token ends in between (%s)', async (path) => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await putControl(sandbox, path, {});
    await run(sandbox, proxy.disableHost, key);
    await putControl(sandbox, path, {});
    await remove(sandbox);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('is unknown, not failed, when the server stays silent', async () => {
    const sandbox = await aSandbox();
    sandbox.fault({ kind: 'hang', method: 'POST', path: '/proxy-hosts$' });
    expect((await failureOf(ensure(sandbox, {}, { deadlineMs: 200, attempts: 1 }))).cause).toMatchObject({ code: 'unknown_outcome' });
  });
});

describe('a certificate', () => {
  it('that Let’s Encrypt refuses leaves no row, and its host can be undone', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/certbot', { fails: true });
    const failed = await failureOf(ensure(sandbox));
    expect(failed.cause).toMatchObject({ code: 'unknown_outcome' });
    await failed.undo();
    expect(sandbox.ledger()).toEqual([]);
  });

  it('that is refused while it is waited for is a definite failure', async () => {
    const sandbox = await aSandbox({ speed: 0.02 });
    await putControl(sandbox, '/certbot', { fails: true });
    expect((await failureOf(ensure(sandbox, {}, { deadlineMs: 200 }))).cause).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('port 80'),
    });
  });

  it('waits while certbot works on another one', async () => {
    const sandbox = await aSandbox({ speed: 0.02 });
    const other = byHand(sandbox, 'POST', '/nginx/certificates', {
      provider: 'letsencrypt',
      domain_names: ['other.example.net'],
      meta: {},
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const failed = await failureOf(ensure(sandbox, {}, { attempts: 1 }));
    expect(failed.cause).toMatchObject({ code: 'unavailable', retryAfterMs: 60_000 });
    await other;
    await ensure(sandbox);
    expect(kinds(sandbox)).toEqual(['proxy-host', 'certificate', 'certificate']);
  });

  it('needs an account with an e-mail, and the host that was taken down for it is served again', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/account', { email: '' });
    expect((await failureOf(ensure(sandbox))).cause).toMatchObject({ code: 'invalid_config', message: expect.stringContaining('e-mail') });
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ details: expect.objectContaining({ served: true }) })]);
  });

  it('that nobody finished is removed before another is asked for', async () => {
    const sandbox = await aSandbox();
    await putControl(sandbox, '/certbot', { dies: true });
    let passing = Date.now();
    const failed = await failureOf(ensure(sandbox, {}, { now: () => new Date((passing += 60_000)).toISOString() }));
    expect(failed.cause).toMatchObject({ code: 'rejected' });
    await putControl(sandbox, '/certbot', {});
    const later = new Date(Date.now() + 31 * 60_000).toISOString();
    await ensure(sandbox, {}, { now: () => later });
    expectExactlyOne(sandbox);
  });

  it('of the same domain that was there before our host is left alone, and not used', async () => {
    const sandbox = await aSandbox();
    const before = await byHand(sandbox, 'POST', '/nginx/certificates', { provider: 'letsencrypt', domain_names: [site.domain], meta: {} });
    await new Promise((resolve) => setTimeout(resolve, 1100)); // times are kept to the second
    const { undo } = await ensure(sandbox);
    expect(sandbox.ledger().filter((entry) => entry.kind === 'certificate')).toHaveLength(2);
    await undo();
    expect(sandbox.ledger()).toEqual([expect.objectContaining({ kind: 'certificate', id: String(before.id) })]);
  });
});
