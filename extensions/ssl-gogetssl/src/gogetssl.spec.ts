import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { failureOf, passingFaults, putControl, testCtx, type FaultKind } from '@hostwright/sdk-testing';
import { alive, aStage, callsOf, create, later, run, type Left, type Stage } from '../test/stage.js';
import { goGetSslAuthority } from './authority.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { certificate, provisioning } from './modules.js';

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

  it.each<FaultKind>([...passingFaults, 'late_success'])('is ordered, and charged, once when the order shows %s', async (kind) => {
    const stage = await aStage();
    stage.sandbox.fault({ kind, path: '/orders/add_ssl_order/', delayMs: 30 });
    const { output, sweep } = await create(stage, { pauseMs: 60 });
    await sweep();
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it('reads the validation from the order, since it may be missing in the answer to it', async () => {
    const stage = await aStage();
    await create(stage);
    // The answer of the sandbox never has it, and its status only after some time.
    expect(callsOf(stage, '/orders/status/')).toBeGreaterThan(1);
  });

  it('is ready only when its order is active and both the certificate and its chain, which may lag, are there', async () => {
    const stage = await aStage();
    const { authority, order: placed, wish } = await anOpenOrder(stage);
    await putControl(stage.sandbox, '/order', { id: Number(placed.orderId), state: 'active' });
    expect((await authority.issued(placed, wish.csr)).state).toBe('pending');
    const slow = await aStage(0.02);
    const { output } = await create(slow, { pauseMs: 2, attempts: 2_000 });
    expect(output['chain']).toContain('BEGIN CERTIFICATE');
  });

  it('does not mind that its validation is locked for 15 minutes: GoGetSSL looks by itself', async () => {
    const stage = await aStage();
    const { authority, order: placed, wish } = await anOpenOrder(stage);
    for (let time = 0; time < 2; time += 1) await authority.confirm!(placed, wish);
    expect(callsOf(stage, '/orders/ssl/revalidate/')).toBe(2);
    expect(await authority.issued(placed, wish.csr)).toMatchObject({ state: 'pending' });
  });

  it.each(['/orders/add_ssl_order/', '/orders/status/', '/orders/statuses/'])(
    'is ordered once when a page of maintenance, with HTTP 200, comes as the answer of %s',
    async (path) => {
      const stage = await aStage();
      const made = create(stage, { pauseMs: 20, attempts: 12 });
      while (callsOf(stage, path) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await putControl(stage.sandbox, '/maintenance', { calls: 2 });
      const { output, sweep } = await made;
      await sweep();
      expect(alive(stage)).toEqual([output['orderId']]);
    },
  );

  it('is refused with the words of GoGetSSL; what was never ordered is not cancelled', async () => {
    const stage = await aStage();
    const failure = await failureOf(create(stage, {}, { product: { productId: 1 } }));
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringMatching(/Product not found$/)]);
    await failure.undo();
    expect(callsOf(stage, '/orders/cancel_ssl_order/')).toBe(0);
  });

  it.each(['order certificate', 'confirm validation', 'await certificate'])(
    'is ordered once when the panel dies after the call of "%s"',
    async (at) => {
      const stage = await aStage();
      const { output } = await create(stage, { crashAfterCall: at });
      expect(alive(stage)).toEqual([output['orderId']]);
    },
  );

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
    const again = await run(stage, provisioning.actions!['reissue']!, later(output, { input: {} }));
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
    await run(stage, provisioning.actions!['reissue']!, later(output, { input: {} }));
    expect(callsOf(stage, '/orders/ssl/reissue/')).toBe(1);
  });

  it('is not taken for the old one while the order still shows itself as it was, right after a reissue', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const authority = goGetSslAuthority(testCtx(), stage.sandbox.server as ServerConfig, stage.sandbox.product as ProductConfig);
    const { csr } = await makeKeyAndRequest(['shop.example.com'], 'ecdsa-p256');
    const wish = { names: ['shop.example.com'], csr, reference: 'hw-test-42', once: '0'.repeat(20), orderId: output['orderId']! };
    expect(await authority.records({ orderId: output['orderId']! }, wish)).toMatchObject({ state: 'pending' });
    expect(await authority.issued({ orderId: output['orderId']! }, csr)).toMatchObject({ state: 'pending' });
  });

  it('is issued again from valid_till, and renewed, for money, from end_date', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const { expiresAt, upkeepAt } = provisioning.dates!({ product: stage.sandbox.product as never, properties: output as never });
    expect(expiresAt).toBe(output['paidTo']);
    expect(Date.parse(upkeepAt!)).toBeLessThan(Date.parse(output['validTo']!));
  });

  it('is renewed by a new order', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const renewed = (await run(stage, provisioning.renew!, later(output))).output as unknown as Left;
    expect(renewed['orderId']).not.toBe(output['orderId']);
    expect(alive(stage)).toEqual([output['orderId'], renewed['orderId']]);
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'malformed'])(
    'is renewed by one order when that shows %s',
    async (kind) => {
      const stage = await aStage();
      const { output } = await create(stage);
      stage.sandbox.fault({ kind, path: '/orders/add_ssl_renew_order/' });
      const { output: renewed, sweep } = await run(stage, provisioning.renew!, later(output), { pauseMs: 40 });
      await sweep();
      expect(alive(stage)).toEqual([output['orderId'], (renewed as unknown as Left)['orderId']]);
    },
  );

  it('is not renewed twice within an hour, whoever presses: real double orders happened', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const renewed = { ...output, ...((await run(stage, provisioning.renew!, later(output))).output as object) } as Left;
    const failure = await failureOf(run(stage, provisioning.renew!, later(renewed)));
    expect([failure.code, failure.message]).toEqual(['conflict', expect.stringMatching(/was renewed at/)]);
    expect(alive(stage)).toHaveLength(2);
    const now = () => new Date(Date.now() + 2 * 3_600_000).toISOString();
    await run(stage, provisioning.renew!, later(renewed), { now });
    expect(alive(stage)).toHaveLength(3);
  });

  it('is not suspended at GoGetSSL, which cannot: nothing is asked of it', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const before = stage.sandbox.calls().length;
    await run(stage, provisioning.suspend!, later(output));
    await run(stage, provisioning.unsuspend!, later(output));
    expect(stage.sandbox.calls()).toHaveLength(before);
  });

  it('is looked at together with others in one call, and read alone', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const { authority, order: placed, wish } = await anOpenOrder(stage);
    const before = stage.sandbox.calls().length;
    const answers = await authority.issuedMany!([
      { order: { orderId: output['orderId']! }, csr: output['csr']! },
      { order: placed, csr: wish.csr },
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
async function anOpenOrder({ sandbox }: Stage) {
  const names = ['open.example.com'];
  const { csr } = await makeKeyAndRequest(names, 'ecdsa-p256');
  const authority = goGetSslAuthority(testCtx(), sandbox.server as ServerConfig, sandbox.product as ProductConfig);
  const wish = { names, csr, reference: 'hw-test-42', once: '0'.repeat(20) };
  return { authority, wish, order: await authority.order.run(wish) };
}
