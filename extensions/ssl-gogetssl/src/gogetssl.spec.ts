import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { failureOf, putControl, testCtx, type FaultKind } from '@hostwright/sdk-testing';
import { aStage, type Stage } from '../test/stage.js';
import { parseRecord, readOrder } from './answers.js';
import { goGetSslAuthority } from './authority.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { certificate, provisioning } from './modules.js';

const order = { names: 'shop.example.com, www.shop.example.com, *.shop.example.com' };
type Left = Record<string, string> & { readonly privateKey: { readonly $secret: string } };
const create = async (stage: Stage, options = {}, asked: object = order) =>
  (await stage.run(provisioning.create, { order: asked } as never, options)) as unknown as {
    output: Left;
    undo(): Promise<void>;
    sweep(): Promise<void>;
  };
const later = (left: Left) => {
  const { remoteId, ...properties } = left;
  return { order, remoteId, properties } as never;
};
const alive = ({ sandbox }: Stage) => sandbox.ledger().map(({ id }) => id);

describe('a certificate of GoGetSSL', () => {
  it('is ordered, validated by the records of the dns module, waited for and read; the records go again', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    expect(output).toMatchObject({ names: 'shop.example.com, www.shop.example.com, *.shop.example.com', remoteId: alive(stage)[0] });
    expect(new X509Certificate(output['certificate']!).subjectAltName).toContain('DNS:*.shop.example.com');
    expect(new X509Certificate(output['certificate']!).verify(new X509Certificate(output['chain']!).publicKey)).toBe(true);
    // Paid for longer than one certificate lasts: it is issued anew meanwhile.
    expect(Date.parse(output['paidTo']!)).toBeGreaterThan(Date.parse(output['validTo']!));
    expect(stage.zone.size).toBe(0);
  });

  it.each<FaultKind>([
    'ghost_success',
    'late_success',
    'lost_reply',
    'error_before',
    'error_after',
    'too_many_requests',
    'malformed',
    'wrong_shape',
    'refuse',
  ])('is ordered, and charged, once when the order shows %s', async (kind) => {
    const stage = await aStage();
    stage.sandbox.fault({ kind, path: '/orders/add_ssl_order/', delayMs: 30 });
    const { output, sweep } = await create(stage, { pauseMs: 60 });
    await sweep();
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it.each(['order certificate', 'confirm validation', 'await certificate'])(
    'is ordered once when the panel dies after the call of "%s"',
    async (at) => {
      const stage = await aStage();
      const { output } = await create(stage, { crashAfterCall: at });
      expect(alive(stage)).toEqual([output['orderId']]);
    },
  );

  it('is left for a person when the order may have been placed and the account has no list of its orders', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/list', { has: false });
    const failure = await failureOf(create(stage));
    expect(failure.message).toMatch(/\/orders\/ssl\/all/);
    expect(alive(stage)).toEqual([]);
  });

  it('is withdrawn, and paid back, when its making is undone', async () => {
    const stage = await aStage();
    const { undo } = await create(stage);
    await undo();
    await undo();
    expect(alive(stage)).toEqual([]);
  });

  it('waits for the account to be topped up when there was no money for it', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/balance', { balance: 0 });
    const failure = await failureOf(create(stage));
    expect([failure.code, failure.message]).toEqual(['invalid_config', expect.stringMatching(/not paid: top up/)]);
    const [id] = alive(stage);
    await putControl(stage.sandbox, '/paid', { id: Number(id) });
    const { output } = await create(stage, { journal: failure.journal });
    expect(output['orderId']).toBe(id);
  });

  it('fails with the reason when the order is rejected meanwhile', async () => {
    const stage = await aStage();
    const failing = failureOf(create({ ...stage, answer: () => undefined }, { attempts: 1 }));
    while (alive(stage).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await putControl(stage.sandbox, '/order', { id: Number(alive(stage)[0]), state: 'rejected' });
    const failure = await failing;
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringMatching(/order \d+ is rejected/)]);
  });

  it('is issued again under the same order, and the old one is not taken for the new one', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const again = await stage.run(provisioning.actions!['reissue']!, { ...(later(output) as object), input: {} });
    const { $leaves } = again.output as unknown as { $leaves: Left };
    expect($leaves['orderId']).toBe(output['orderId']);
    expect($leaves['certificate']).not.toBe(output['certificate']);
    expect(new X509Certificate($leaves['certificate']!).publicKey.equals(new X509Certificate(output['certificate']!).publicKey)).toBe(
      false,
    );
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it('is issued again once when the answer to that is lost', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    stage.sandbox.fault({ kind: 'lost_reply', path: '/orders/ssl/reissue/' });
    await stage.run(provisioning.actions!['reissue']!, { ...(later(output) as object), input: {} });
    expect(stage.sandbox.calls().filter(({ path }) => path.startsWith('/orders/ssl/reissue/'))).toHaveLength(1);
  });

  it('is renewed by a new order', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const renewed = (await stage.run(provisioning.renew!, later(output))).output as unknown as Left;
    expect(renewed['orderId']).not.toBe(output['orderId']);
    expect(alive(stage)).toEqual([output['orderId'], renewed['orderId']]);
  });

  it('ends with its order, however often it is asked', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    for (let time = 0; time < 2; time += 1) await stage.run(provisioning.terminate as never, later(output));
    expect(alive(stage)).toEqual([]);
    await stage.run(certificate.cancel, { input: { orderId: '1' } });
  });

  it('is not revoked without its order, which GoGetSSL cannot', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const input = { orderId: output['orderId']!, certificate: output['certificate']!, reason: 'superseded' };
    expect((await failureOf(stage.run(certificate.revoke, { input }))).code).toBe('unsupported');
  });

  it('is looked at together with others in one call, and read alone', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const open = await aStageOrder(stage);
    const authority = goGetSslAuthority(testCtx(), stage.sandbox.server as ServerConfig, stage.sandbox.product as ProductConfig);
    const before = stage.sandbox.calls().length;
    const answers = await authority.issuedMany!([
      { order: { orderId: output['orderId']! }, csr: output['csr']! },
      { order: { orderId: open.orderId }, csr: open.csr },
    ]);
    expect(answers.map(({ state }) => state)).toEqual(['done', 'pending']);
    expect(
      stage.sandbox
        .calls()
        .slice(before)
        .map(({ method, path }) => `${method} ${path}`),
    ).toEqual(['POST /orders/statuses/', `GET /orders/status/${output['orderId']}`]);
  });

  it('tells how far it is', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const status = await certificate.status({ ctx: testCtx(), server: stage.sandbox.server as never, orderId: output['orderId']! });
    expect(status).toMatchObject({ state: 'issued', validTo: expect.stringMatching(/T23:59:59/) });
    expect(status.validations.map(({ state }) => state)).toEqual(['validated', 'validated', 'validated']);
  });
});

/** An order whose names are not validated. */
async function aStageOrder(stage: Stage): Promise<{ orderId: string; csr: string }> {
  const { csr } = await makeKeyAndRequest(['open.example.com'], 'ecdsa-p256');
  const authority = goGetSslAuthority(testCtx(), stage.sandbox.server as ServerConfig, stage.sandbox.product as ProductConfig);
  const { orderId } = await authority.order.run({ names: ['open.example.com'], csr, reference: 'hw-test-42', once: '0'.repeat(20) });
  return { orderId, csr };
}

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
    const { sandbox } = await aStage();
    const test = () => provisioning.testConnection!({ ctx: testCtx(), server: sandbox.server as never });
    const logIns = () => sandbox.calls().filter(({ path }) => path === '/auth/').length;
    await test();
    await test();
    expect(logIns()).toBe(1);
    await putControl(sandbox, '/sessions', {});
    await test();
    expect(logIns()).toBe(2);
  });

  it('tells nobody its key: it is in no message', async () => {
    const { sandbox } = await aStage();
    sandbox.fault({ kind: 'error_before', path: '/account/balance/' });
    await expect(provisioning.testConnection!({ ctx: testCtx(), server: sandbox.server as never })).rejects.toThrow(
      /^GET \/account\/balance\/: GoGetSSL answered 500$/,
    );
  });
});

describe('what GoGetSSL answers', () => {
  it.each([
    ['_4E38.example.com CNAME 7a16.151a.sectigo.com', { name: '_4e38.example.com', type: 'CNAME', content: '7a16.151a.sectigo.com' }],
    ['_4e38.example.com. CNAME 7a16.sectigo.com.', { name: '_4e38.example.com', type: 'CNAME', content: '7a16.sectigo.com' }],
    ['_dnsauth.example.com   IN   TXT   "r4nd0m value"', { name: '_dnsauth.example.com', type: 'TXT', content: 'r4nd0m value' }],
    ['_dnsauth.example.com. 3600 IN TXT "r4nd0m"', { name: '_dnsauth.example.com', type: 'TXT', content: 'r4nd0m' }],
    ['example.com A 192.0.2.1', undefined],
    ['_x.example.com CNAME $(reboot)', undefined],
    ['_x.example.com TXT "a" "b"', undefined],
    ['', undefined],
  ])('of a record "%s" is taken only when it is one', (line, record) => {
    expect(parseRecord(line)).toEqual(record);
  });

  it('may have ids and states as texts or numbers, and dates that mean none', () => {
    const answer = { order_id: 42, status: 'processing', domain: 'A.example.com', dcv_status: 1, valid_till: '0000-00-00', end_date: '' };
    expect(readOrder(answer, 'x')).toMatchObject({
      id: '42',
      validTo: undefined,
      paidTo: undefined,
      names: [{ name: 'a.example.com', state: 'pending' }],
    });
  });

  it.each([{}, { order_id: 'x', status: 'active' }, { order_id: '1', status: 'great' }])(
    'is no answer when it lacks what it is asked for: %j',
    (answer) => {
      expect(() => readOrder(answer, 'x')).toThrow(expect.objectContaining({ code: 'unknown_outcome' }) as unknown as Error);
    },
  );
});
