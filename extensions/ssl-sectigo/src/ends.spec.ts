import { describe, expect, it } from '@jest/globals';
import { putControl, testCtx } from '@hostwright/sdk-testing';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { aStage, run, type Stage } from '../test/stage.js';
import { openAnswer, readCertificates, readNames, readReference, readState } from './answers.js';
import { sectigoAuthority } from './authority.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { certificate, provisioning } from './modules.js';
import { validationRecords } from './validation.js';

const alive = ({ sandbox }: Stage) => sandbox.ledger().map(({ id }) => id);
const patience = { pauseMs: 30, attempts: 6 };
const headers = new Headers();
const answer = (text: string, status = 200) => openAnswer({ what: '!Call', status, headers, text });

/** An order that waits for its validation, or one with its certificate. */
async function anOrder(stage: Stage, { issued = false, product = {} } = {}) {
  const settings = { ...stage.sandbox.product, ...product } as never as ProductConfig;
  const authority = sectigoAuthority(testCtx(), stage.sandbox.server as ServerConfig, settings);
  const names = ['shop.example.com'];
  const { csr } = await makeKeyAndRequest(names, 'ecdsa-p256');
  const wish = { names, csr, reference: 'hw-test-42', once: '0123456789abcdef0123' };
  const order = await authority.order.run(wish);
  if (issued) {
    for (const { name, type, content } of validationRecords(csr, wish.once, names)) stage.names.set(name, type, [content]);
    await authority.confirm!(order, wish);
    while ((await authority.issued(order, csr)).state !== 'done') await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { authority, wish, order, orderId: order.orderId, csr };
}

describe('an order that is withdrawn', () => {
  it('before it has a certificate is rejected, however often it is asked; already rejected (-20) is as good', async () => {
    const stage = await aStage();
    const { authority, order } = await anOrder(stage);
    await authority.order.undo(order);
    await authority.order.undo(order);
    expect(alive(stage)).toEqual([]);
  });

  it('with its certificate is given back; already refunded (-18) and already revoked (-21) are as good', async () => {
    const stage = await aStage();
    const { authority, order } = await anOrder(stage, { issued: true });
    await authority.order.undo(order);
    await authority.order.undo(order);
    expect(alive(stage)).toEqual([]);
  });

  it('too late to be given back becomes a task for a person', async () => {
    const stage = await aStage();
    const { authority, order } = await anOrder(stage, { issued: true });
    await putControl(stage.sandbox, '/refunds', { open: false });
    await expect(authority.order.undo(order)).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(/-160.*period/) });
  });

  it('while its certificate is being issued (-23, -26) waits until it is', async () => {
    for (const number of [-23, -26]) {
      const stage = await aStage();
      const { authority, order } = await anOrder(stage);
      await putControl(stage.sandbox, '/refuse', { call: '!AutoReject', number });
      await expect(authority.order.undo(order)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 600_000 });
      await authority.order.undo(order);
      expect(alive(stage)).toEqual([]);
    }
  });
});

describe('the end of a service', () => {
  const terminate = (stage: Stage, orderId: string, product = {}) =>
    run(
      stage,
      provisioning.terminate as never,
      {
        order: { names: 'shop.example.com' },
        product: { ...stage.sandbox.product, ...product },
        remoteId: orderId,
        properties: { orderId, names: 'shop.example.com', certificate: '' },
      },
      patience,
    );

  it('leaves a certificate that is too old to be given back', async () => {
    const stage = await aStage();
    const { orderId } = await anOrder(stage, { issued: true });
    await putControl(stage.sandbox, '/refunds', { open: false });
    for (let time = 0; time < 2; time += 1) await terminate(stage, orderId);
    expect(stage.sandbox.ledger()[0]!.details).toMatchObject({ state: 'issued' });
  });

  it('revokes it where the product says so, however often it is asked', async () => {
    const stage = await aStage();
    const { orderId } = await anOrder(stage, { issued: true });
    await putControl(stage.sandbox, '/refunds', { open: false });
    for (let time = 0; time < 2; time += 1) await terminate(stage, orderId, { revokeAtEnd: true });
    expect(stage.sandbox.ledger()[0]!.details).toMatchObject({ state: 'revoked' });
  });

  it('of an order that Sectigo does not have is nothing to do, to be revoked or not', async () => {
    const stage = await aStage();
    await terminate(stage, '1');
    await terminate(stage, '1', { revokeAtEnd: true });
    await run(stage, certificate.cancel, { input: { orderId: '1' } }, patience);
    expect(stage.sandbox.ledger()).toEqual([]);
  });
});

describe('a certificate that is revoked', () => {
  const revoke = (stage: Stage, pem: string) =>
    run(stage, certificate.revoke, { input: { orderId: '1', certificate: pem, reason: 'keyCompromise' } }, patience);

  it('is so by its serial number, with the reason; already revoked (-21), rejected (-20) or expired (-35) is as good', async () => {
    const stage = await aStage();
    const { authority, order, csr } = await anOrder(stage, { issued: true });
    const { pems } = await authority.collect!.run(order, csr);
    const leaf = pems.at(0)!;
    await revoke(stage, leaf);
    await revoke(stage, leaf);
    expect(stage.sandbox.ledger()[0]!.details).toMatchObject({ state: 'revoked' });
    for (const number of [-20, -35]) {
      await putControl(stage.sandbox, '/refuse', { call: '!AutoRevokeSSL', number });
      await revoke(stage, leaf);
    }
  });
});

describe('how far an order is', () => {
  const statusOf = (stage: Stage, orderId: string) =>
    certificate.status({ ctx: testCtx(), server: stage.sandbox.server as never, orderId });

  it('is told name by name, in the words that all authorities have', async () => {
    const stage = await aStage();
    const waiting = await anOrder(stage);
    expect(await statusOf(stage, waiting.orderId)).toEqual({
      state: 'awaiting validation',
      validations: [{ name: 'shop.example.com', state: 'pending', message: 'Awaiting Validation' }],
    });
    const { orderId } = await anOrder(stage, { issued: true });
    expect(await statusOf(stage, orderId)).toMatchObject({ state: 'issued', validations: [{ state: 'validated' }] });
  });

  it('is told without the names where Sectigo tells those of several names only', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/tells', { singles: false });
    const { orderId } = await anOrder(stage);
    expect(await statusOf(stage, orderId)).toEqual({ state: 'awaiting validation', validations: [] });
  });

  it('is not to be told of an order that there is not', async () => {
    await expect(statusOf(await aStage(), '1')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what Sectigo refuses', () => {
  const refusedWith = async (number: number) => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/refuse', { call: '!AutoApplySSL', number });
    return anOrder(stage).catch((error: Error) => error);
  };

  it.each([
    [-15, 'not enough credit', /top up the account/],
    [-16, 'the login', /the login was refused/],
    [-91, 'the permission', /no permission/],
    [-115, 'a price for so many days', /no price for so many days/],
  ])('with %i, %s, waits for whoever can mend it', async (number, _what, words) => {
    expect(await refusedWith(number)).toMatchObject({ code: 'invalid_config', message: expect.stringMatching(words) });
  });

  it.each([-2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12, -13, -17, -18, -19, -35, -40, -160, -162, -999])(
    'with %i is a definite no, in its own words',
    (number) => {
      expect(() => answer(`errorCode=${number}&errorMessage=The+%27csr%27+argument+is+missing%21`)).toThrow(
        expect.objectContaining({
          code: 'rejected',
          message: `!Call: Sectigo answered ${number} (The 'csr' argument is missing!)`,
        }) as never,
      );
    },
  );

  it('with -1 says that the address is not https', () => {
    expect(() => answer('-1\nRequest was not made over https!\n')).toThrow(expect.objectContaining({ code: 'invalid_config' }) as never);
  });

  it('with -14, an unknown error, may have been carried out', () => {
    expect(() => answer('errorCode=-14&errorMessage=An+unknown+error+occurred%21')).toThrow(
      expect.objectContaining({ code: 'unknown_outcome' }) as never,
    );
  });

  it('with -42, the call limit, is asked again in three hours', () => {
    expect(() => answer('errorCode=-42')).toThrow(expect.objectContaining({ code: 'unavailable', retryAfterMs: 10_800_000 }) as never);
  });
});

describe('an answer of Sectigo', () => {
  it('has the order as fields, a 1 as good as a 0', () => {
    const read = answer('errorCode=1&orderNumber=3040824&totalCost=210.00&expectedDeliveryTime=1&certificateID=55&uniqueValue=TnerFu0d');
    expect(readReference(read)).toEqual({ orderNumber: '3040824', certificateId: '55' });
  });

  it.each(['', '<html>', '{"errorCode":', 'orderNumber=1', 'errorCode=x', 'OK\n1'])('is none when it is "%s"', (text) => {
    expect(() => answer(text)).toThrow(expect.objectContaining({ code: 'unknown_outcome' }) as never);
  });

  it.each(['errorCode=0', 'errorCode=0&orderNumber=304', 'errorCode=0&orderNumber=&totalCost=1', 'errorCode=0&orderNumber=a&totalCost=1'])(
    'that was cut, or lacks the number, names no order: "%s"',
    (text) => {
      expect(() => readReference(answer(text))).toThrow(expect.objectContaining({ code: 'unknown_outcome' }) as never);
    },
  );

  it('may be in lines, which AutoReject knows alone', () => {
    expect(answer('0\n').number).toBe(0);
    expect(() => answer('-20\r\nThe order has been rejected already\r\n')).toThrow(/-20 \(The order has been rejected already\)/);
  });

  it.each([
    ['errorCode=0&certificateStatus=Issued', 'issued'],
    ['errorCode=0&orderStatus=Rejected&certificateStatus=', 'rejected'],
    ['errorCode=0&certificateStatus=Something+new', 'pending'],
    // Which takes people some days.
    ['errorCode=0&orderStatus=awaitingbrandvalidation&certificateStatus=', 'pending'],
    ['errorCode=0', undefined],
  ])('tells how a certificate stands, or does not: "%s"', (text, state) => {
    expect(readState(answer(text))).toBe(state);
  });

  it('names each name with its state', () => {
    const text =
      'errorCode=0&1_domainName=A.example.com&1_dcvStatus=Validated&2_domainName=b.example.com&2_dcvStatus=DCV+failed&3_domainName=';
    expect(readNames(answer(text))).toEqual([
      { name: 'a.example.com', state: 'validated', message: 'Validated' },
      { name: 'b.example.com', state: 'failed', message: 'DCV failed' },
    ]);
  });

  it.each(['errorCode=0', 'errorCode=1', '0\n', '1\n'])(
    'has no certificate while it is being processed, or only available: "%s"',
    (text) => {
      expect(readCertificates(answer(text))).toBeUndefined();
    },
  );
});

describe('the validation of a request', () => {
  it('is named by the MD5 and points to the SHA-256 of its DER, not of its text, in two labels', async () => {
    const { csr } = await makeKeyAndRequest(['a.example.com'], 'ecdsa-p256');
    const [record] = validationRecords(csr, 'once', ['*.a.example.com', 'a.example.com']);
    expect(validationRecords(csr.replaceAll('\n', '\r\n'), 'once', ['a.example.com'])).toEqual([record]);
    expect(record!.name).toMatch(/^_[0-9a-f]{32}\.a\.example\.com$/);
    expect(record!.content).toMatch(/^[0-9a-f]{32}\.[0-9a-f]{32}\.once\.sectigo\.com$/);
  });
});

describe('an account at Sectigo', () => {
  it('is tested by a call that changes nothing', async () => {
    const { sandbox } = await aStage();
    const test = (change: object = {}) =>
      provisioning.testConnection!({ ctx: testCtx(), server: { ...sandbox.server, ...change } as never });
    expect(await test()).toEqual({ version: 'Sectigo reseller API', warnings: [] });
    expect((await test({ testOrders: true })).warnings).toEqual([expect.stringContaining('test orders')]);
    await expect(test({ loginPassword: 'wrong' })).rejects.toMatchObject({ code: 'invalid_config' });
  });
});

describe('the sandbox', () => {
  const post = async ({ sandbox }: Stage, call: string, form: Record<string, string>, method = 'POST') => {
    const url = `${(sandbox.server as ServerConfig).apiUrl}/${call}`;
    const body = method === 'POST' ? { body: new URLSearchParams({ ...account(sandbox.server), ...form }) } : {};
    return (await fetch(url, { method, ...body })).text();
  };
  const account = (server: object) => {
    const { loginName, loginPassword } = server as ServerConfig;
    return { loginName, loginPassword };
  };

  it('refuses a parameter that the call does not know (-2), one that it lacks (-3), and GET (-17)', async () => {
    const stage = await aStage();
    expect(await post(stage, '!AutoUpdateDCV', { orderNumber: '1', responseFormat: '1' })).toMatch(/^errorCode=-2&.*responseFormat/);
    expect(await post(stage, '!AutoRefund', { orderNumber: '1' })).toMatch(/^-3\n.*refundReasonCode/);
    expect(await post(stage, '!AutoReject', {}, 'GET')).toMatch(/^errorCode=-17&/);
  });

  it('lets the order fail whose validation is asked for a second time', async () => {
    const stage = await aStage();
    const { authority, wish } = await anOrder(stage);
    await authority.order.run(wish);
    expect(stage.sandbox.ledger().map(({ details }) => (details as { state: string }).state)).toEqual(['failed', 'pending']);
  });
});
