import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PanelError } from '@hostwright/sdk';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { failureOf, runOperation, TestAuthority, testCtx, type TestCtxOptions } from '@hostwright/sdk-testing';
import { anAuthorization, anOrder, at, AuthorityByHand, problem } from '../test/authority-by-hand.js';
import { newKey } from '../test/stage.js';
import { acmeAuthority } from './authority.js';
import { certificate } from './certificate.js';
import { AcmeClient } from './client.js';
import type { ServerConfig } from './config.js';
import { provisioning } from './provisioning.js';

let ca: AuthorityByHand;
let server: ServerConfig;
beforeEach(() => {
  ca = new AuthorityByHand();
  server = { directoryUrl: at('/dir'), accountKey: newKey(), termsAgreed: true, keyType: 'ecdsa-p256' };
});

const orderId = at('/order/1');
const placed = { orderId };
const now = () => '2026-11-26T12:00:00Z';
const ctx = (options: TestCtxOptions = {}) => testCtx({ fetch: ca.fetch, resolve: () => Promise.resolve([]), now, ...options });
const authority = () => acmeAuthority(ctx(), server);
const wish = { names: ['shop.example.net'], csr: '', reference: 'hw-test-42', once: '0' };
const cancel = () => runOperation(certificate.cancel, { ctx: ctx(), server, input: { orderId } } as never);
const errorOf = (asked: Promise<unknown>) => asked.catch((error: unknown) => error) as Promise<PanelError>;

describe('an order', () => {
  it('of a hundred names is looked at without asking for a hundred nonces at once, which authorities limit', async () => {
    const authorizations = Array.from({ length: 100 }, (_, one) => at(`/authz/${one}`));
    ca.answers.set('/order/1', anOrder({ authorizations }));
    for (const url of authorizations) ca.answers.set(new URL(url).pathname, anAuthorization());
    const found = await authority().records(placed, wish);
    expect(found.state === 'done' && found.output.length).toBe(100);
    expect(ca.nonces).toBe(1);
  });

  it('is looked at again when the authority says, while it works on it', async () => {
    ca.answers.set('/authz/1', anAuthorization());
    ca.answers.set('/order/1', { ...anOrder(), headers: { 'retry-after': '30' } });
    expect(await authority().validated!(placed)).toMatchObject({ state: 'pending', afterMs: 30_000 });
    ca.answers.set('/order/1', { ...anOrder({ status: 'processing' }), headers: { 'retry-after': '120' } });
    expect(await authority().issued(placed, '')).toMatchObject({ state: 'pending', afterMs: 120_000 });
  });

  it('that ran out before its names were validated fails, with when it did, though its validations are forgotten', async () => {
    ca.answers.set('/order/1', anOrder({ status: 'invalid', expires: '2026-11-25T00:00:00Z' }));
    const looked = await authority().validated!(placed);
    expect(looked).toMatchObject({ state: 'failed', error: { code: 'rejected' } });
    expect((looked as { error: Error }).error.message).toMatch(/ended unfinished at 2026-11-25T00:00:00Z.*order again/);
  });

  it('that CAA forbids when the request is handed in fails with what the authority says of each name', async () => {
    const error = problem('caa', 'Rechecking CAA', { subproblems: [problem('caa', 'CAA record for shop.example.net prevents issuance')] });
    ca.answers.set('/order/1', anOrder({ status: 'invalid', error }));
    const said = await errorOf(authority().finish!.run(placed, ''));
    expect([said.code, said.message]).toEqual(['rejected', expect.stringContaining('CAA record for shop.example.net prevents issuance')]);
    expect(ca.posted).toEqual(['/order/1']);
  });

  it.each(['deactivated', 'expired', 'revoked'])('that an authority calls %s has ended, as one that is invalid', async (status) => {
    ca.answers.set('/order/1', anOrder({ status }));
    ca.answers.set('/authz/1', anAuthorization({ status }));
    expect(await authority().validated!(placed)).toMatchObject({ state: 'failed', error: { code: 'rejected' } });
    expect(await authority().status(orderId)).toMatchObject({ state: 'rejected', validations: [{ state: 'failed' }] });
    await cancel();
    await authority().order.undo(placed);
    expect(ca.calls.filter(({ payload }) => payload && 'status' in payload)).toEqual([]);
  });

  it('names what came of each validation that has no reason of its own', async () => {
    ca.answers.set('/order/1', anOrder());
    ca.answers.set('/authz/1', anAuthorization({ status: 'deactivated' }));
    expect(await authority().validated!(placed)).toMatchObject({
      error: { message: expect.stringContaining('shop.example.net: its validation is deactivated') },
    });
  });

  it('that another service with the same names has finished is not taken for ours', async () => {
    const [ours, theirs] = await Promise.all(['a', 'a'].map(() => makeKeyAndRequest(['shop.example.net'], 'ecdsa-p256')));
    const signer = await TestAuthority.make();
    const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
    ca.answers.set('/order/1', anOrder({ status: 'valid', certificate: at('/cert/1') }));
    ca.answers.set('/cert/1', { body: `${await signer.sign(theirs!.csr, validity)}${signer.chainPem}` });
    expect(await authority().issued(placed, ours!.csr)).toMatchObject({
      state: 'failed',
      error: { code: 'rejected', message: expect.stringContaining('order again') },
    });
    expect(await authority().issued(placed, theirs!.csr)).toMatchObject({ state: 'done' });
  });

  it('has its other chains fetched only where one is preferred', async () => {
    const { csr } = await makeKeyAndRequest(['shop.example.net'], 'ecdsa-p256');
    const signer = await TestAuthority.make();
    const pem = await signer.sign(csr, { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') });
    ca.answers.set('/order/1', anOrder({ status: 'valid', certificate: at('/cert/1') }));
    ca.answers.set('/cert/1', { body: pem, headers: { link: `<${at('/cert/1/1')}>;rel="alternate", <${at('/dir')}>;rel="index"` } });
    await authority().issued(placed, csr);
    expect(ca.posted).not.toContain('/cert/1/1');
    ca.answers.set('/cert/1/1', { body: `${pem}${signer.chainPem}` });
    server = { ...server, preferredChain: 'none has it' };
    expect(await authority().issued(placed, csr)).toMatchObject({ state: 'done', output: { pems: [pem] } });
    expect(ca.posted).toContain('/cert/1/1');
  });
});

describe('an order that goes on', () => {
  it('is not stopped by validations that ran out once they were used', async () => {
    ca.answers.set('/authz/1', anAuthorization({ status: 'expired' }));
    for (const status of ['ready', 'processing', 'valid']) {
      ca.answers.set('/order/1', anOrder({ status }));
      expect(await authority().validated!(placed)).toMatchObject({ state: 'done' });
    }
    ca.answers.set('/order/1', anOrder());
    expect(await authority().validated!(placed)).toMatchObject({ state: 'failed' });
  });
});

describe('a directory', () => {
  const test = () => errorOf(provisioning.testConnection!({ ctx: ctx(), server } as never));

  it.each([
    ['that is a page for people', 200, '<html>'],
    ['that is something else', 200, { hello: 'world' }],
    ['that is not there', 404, 'Not found'],
  ])('%s is a setting to mend', async (_what, status, body) => {
    ca.answers.set('/dir', { status, body });
    expect(await test()).toMatchObject({
      code: 'invalid_config',
      field: 'directoryUrl',
      message: expect.stringContaining('no ACME directory'),
    });
  });

  it.each([
    [500, {}, undefined],
    [502, {}, undefined],
    [503, { 'retry-after': '9' }, 9_000],
    [429, { 'retry-after': '9' }, 9_000],
  ])('that is answered with %i is asked for again later: nothing was done yet', async (status, headers, retryAfterMs) => {
    ca.answers.set('/dir', { status, body: '<html>', headers });
    expect(await test()).toMatchObject({ code: 'unavailable', retryAfterMs });
  });
});

describe('an order that is called off', () => {
  it('is, when its validation came to an end in that moment', async () => {
    ca.answers.set('/order/1', anOrder());
    let status = 'pending';
    ca.answers.set('/authz/1', ({ payload }) => {
      if (payload === undefined) return anAuthorization({ status });
      status = 'invalid';
      return { status: 400, body: problem('malformed', 'authorization is not pending') };
    });
    await cancel();
    expect(ca.posted.filter((path) => path === '/authz/1')).toHaveLength(3);
  });

  it.each(['invalid', 'deactivated'])('is, with what is open still of one that is %s: the authority counts that', async (status) => {
    ca.answers.set('/order/1', anOrder({ status }));
    let open = true;
    ca.answers.set('/authz/1', ({ payload }) => {
      if (payload?.['status'] === 'deactivated') open = false;
      return anAuthorization({ status: open ? 'pending' : 'deactivated' });
    });
    await cancel();
    expect(open).toBe(false);
    await authority().order.undo(placed);
    expect(await authority().records(placed, wish)).toMatchObject({ state: 'failed' });
  });

  it('is not, when the authority refuses while it is open still', async () => {
    ca.answers.set('/order/1', anOrder());
    ca.answers.set('/authz/1', ({ payload }) => (payload === undefined ? anAuthorization() : { status: 400, body: problem('malformed') }));
    expect((await failureOf(cancel())).code).toBe('rejected');
  });

  it.each([
    ['forgotten', 404, 'malformed'],
    ['of another account, since the key was changed', 403, 'unauthorized'],
  ])('is, when it is %s, by an undo as well', async (_what, status, type) => {
    ca.answers.set('/order/1', { status, body: problem(type) });
    await cancel();
    await authority().order.undo(placed);
    expect(ca.posted).toEqual(['/order/1', '/order/1']);
  });

  it.each(['invalid', 'deactivated'])('is, a second time, when the authority calls it %s since the first', async (status) => {
    ca.answers.set('/order/1', anOrder({ status }));
    ca.answers.set('/authz/1', anAuthorization({ status: 'deactivated' }));
    await cancel();
    await authority().order.undo(placed);
    expect(ca.calls.filter(({ payload }) => payload !== undefined && 'status' in payload)).toEqual([]);
  });

  it('is, when the server was connected to another authority then, which is not asked', async () => {
    server = { ...server, directoryUrl: 'https://other.example/dir' };
    await cancel();
    expect(ca.calls).toEqual([]);
  });
});

describe('a certificate whose order the authority has forgotten, as all do after some days', () => {
  const inspect = (validTo: string) =>
    provisioning.inspect({ ctx: ctx(), server, product: {}, order: {}, remoteId: orderId, properties: { orderId, validTo } } as never);

  it.each<[string, () => void]>([
    ['answers nothing of', () => undefined],
    ['calls invalid', () => ca.answers.set('/order/1', anOrder({ status: 'invalid', expires: '2026-11-25T00:00:00Z' }))],
    ['says is another account’s', () => ca.answers.set('/order/1', { status: 403, body: problem('unauthorized') })],
    ['never had', () => (server = { ...server, directoryUrl: 'https://other.example/dir' })],
  ])('whose order the authority %s is as good as its dates say', async (_what, forget) => {
    forget();
    expect(await inspect('2027-01-01T00:00:00Z')).toMatchObject({ state: 'running', details: { order: 'issued' } });
    expect(await inspect('2026-11-26T11:00:00Z')).toMatchObject({ state: 'stopped', details: { order: 'expired' } });
  });
});

describe('an account', () => {
  it('is looked for first: what binds it to one elsewhere may be good for one account only, and is used up', async () => {
    Object.assign(server, { eabKeyId: 'kid', eabHmacKey: 'aGVsbG8' });
    let made = false;
    ca.answers.set('/account', ({ payload }) => {
      if (payload!['onlyReturnExisting'] === true && !made) return { status: 400, body: problem('accountDoesNotExist') };
      if (made && 'externalAccountBinding' in payload!) return { status: 403, body: problem('unauthorized', 'key was used') };
      made = true;
      return { body: { status: 'valid' }, headers: { location: at('/account/1') } };
    });
    for (let time = 0; time < 2; time += 1) expect(await new AcmeClient(ctx(), server).account()).toBe(at('/account/1'));
    expect(ca.calls.filter(({ payload }) => payload && 'externalAccountBinding' in payload)).toHaveLength(1);
  });

  it('that is deactivated is a setting to mend, and no new one is made', async () => {
    ca.answers.set('/account', { status: 403, body: problem('unauthorized', 'Account is deactivated') });
    expect(await errorOf(authority().order.run(wish))).toMatchObject({
      code: 'invalid_config',
      field: 'accountKey',
      message: expect.stringContaining('Account is deactivated'),
    });
    expect(ca.calls).toHaveLength(1);
  });
});

describe('an authority that gives out no nonce', () => {
  it.each([
    [429, { 'retry-after': '7' }, 7_000],
    [503, { 'retry-after': 'Thu, 26 Nov 2026 12:02:00 GMT', date: 'Thu, 26 Nov 2026 12:00:00 GMT' }, 120_000],
    [500, {}, undefined],
    [200, {}, undefined],
  ])('with %i and %j is asked again when it says', async (status, headers, retryAfterMs) => {
    ca.answers.set('/nonce', { status, headers });
    expect(await errorOf(authority().order.run(wish))).toMatchObject({ code: 'unavailable', retryAfterMs });
  });
});
