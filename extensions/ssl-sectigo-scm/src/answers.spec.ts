import { describe, expect, it } from '@jest/globals';
import { putControl, testCtx } from '@hostwright/sdk-testing';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { aStage, type Stage } from '../test/stage.js';
import { readCertificate, readId, readValidation } from './answers.js';
import { certificateManager } from './authority.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { certificate } from './modules.js';
import { isUnknown, openAnswer } from './refusal.js';

const answer = (status: number, body: unknown) =>
  openAnswer({ what: 'GET /1', status, headers: new Headers(), text: typeof body === 'string' ? body : JSON.stringify(body) });
const refusedAs = (status: number, body: unknown): unknown => {
  try {
    return answer(status, body);
  } catch (error) {
    return error;
  }
};

const names = ['open.example.com'];
async function anOrder({ sandbox }: Stage) {
  const authority = certificateManager(testCtx(), sandbox.server as ServerConfig, sandbox.product as ProductConfig);
  const { csr } = await makeKeyAndRequest(names, 'ecdsa-p256');
  const wish = { names, csr, reference: 'hw-test-42', once: csr.slice(60, 80).replace(/[^a-z0-9]/g, '0') };
  return { authority, wish, csr, order: await authority.order.run(wish) };
}

describe('what Certificate Manager refuses', () => {
  it.each([
    [400, -3],
    [401, -16],
    [400, -25],
    [400, -36],
    [400, -37],
    [400, -39],
    [400, -111],
    [403, -1],
  ])('with %i and %i, rights or settings, waits for whoever can mend it', (status, code) => {
    expect(refusedAs(status, { code, description: 'Unknown user' })).toMatchObject({
      code: 'invalid_config',
      message: `GET /1: Sectigo refused with ${code} (Unknown user)`,
    });
  });

  it.each([-7, -102, -107, -124, -130, -138, -159, -999])('with %i is a definite no', (code) => {
    expect(refusedAs(400, { code, description: 'No' })).toMatchObject({ code: 'rejected', number: code });
  });

  it.each([
    [400, -109],
    [400, -195],
    [503, -195],
  ])('with %i and %i, not now, is asked again later', (status, code) => {
    expect(refusedAs(status, { code, description: 'Not now' })).toMatchObject({ code: 'unavailable', retryAfterMs: 300_000 });
  });

  it.each([
    [500, { code: -1, description: 'Internal error' }],
    [502, '<html>'],
    [400, '<html>'],
    [302, ''],
  ])('with %i and %j may have been carried out', (status, body) => {
    expect(refusedAs(status, body)).toMatchObject({ code: 'unknown_outcome' });
  });

  it.each([{ code: -124, description: 'Wrong id' }, { code: -1, description: 'Not found' }, {}, ''])(
    'with 404 and %j says that there is none of that id',
    (body) => {
      expect(isUnknown(refusedAs(404, body))).toBe(true);
    },
  );

  it('because of too many requests is none for certain', () => {
    expect(refusedAs(429, '')).toMatchObject({ code: 'unavailable', retryAfterMs: 60_000 });
  });
});

describe('an answer of Certificate Manager', () => {
  it.each(['', '{}', '[]', '{"sslId":"1"}', '{"sslId":0}', '{"sslId":1'])('has no id when it is "%s"', (text) => {
    expect(() => readId(text, 'x')).toThrow(expect.objectContaining({ code: 'unknown_outcome' }) as never);
  });

  it.each([
    ['Requested', 'requested'],
    ['SA Approved', 'pending'],
    ['SAApproved', 'pending'],
    ['Init', 'pending'],
    ['Something new', 'pending'],
    ['Issued', 'issued'],
    ['Invalid', 'rejected'],
    ['Replaced', 'revoked'],
  ])('calls a certificate %s', (status, state) => {
    expect(readCertificate(JSON.stringify({ status }), 'x').state).toBe(state);
  });

  it('gives records that are names, and nothing else, to the DNS', () => {
    const instruction = { domainName: 'a.example.com', dcvMode: 'CNAME', host: '_4E38.a.example.com.', point: '7A16.151A.sectigo.com.' };
    const instructions = [
      instruction,
      { ...instruction, dcvMode: 'EMAIL' },
      { ...instruction, point: '$(reboot)' },
      { ...instruction, host: 5 },
    ];
    const dcvLog = {
      log: [
        { domainName: 'A.example.com', dcvStatus: 'Validated' },
        { domainName: 'b.example.com', dcvStatus: 'DCV failed' },
      ],
    };
    expect(readValidation(JSON.stringify([{ dcvLog, instructions }]), 'x')).toEqual({
      names: [
        { name: 'a.example.com', state: 'validated', message: 'Validated' },
        { name: 'b.example.com', state: 'failed', message: 'DCV failed' },
      ],
      records: [{ name: '_4e38.a.example.com', type: 'CNAME', content: '7a16.151a.sectigo.com' }],
    });
  });
});

describe('an order that waits', () => {
  it('is looked at together with others in one call; what is not among those that wait is read alone', async () => {
    const stage = await aStage();
    const orders = [await anOrder(stage), await anOrder(stage), await anOrder(stage)];
    await putControl(stage.sandbox, '/certificate', { id: Number(orders[2]!.order.orderId), status: 'Rejected' });
    const before = stage.sandbox.calls().length;
    const answers = await orders[0]!.authority.issuedMany!(orders.map(({ order, csr }) => ({ order, csr })));
    expect(answers.map(({ state }) => state)).toEqual(['pending', 'pending', 'failed']);
    expect(stage.sandbox.calls().slice(before)).toHaveLength(2);
  });

  it('is no trouble to the others when it cannot be looked at', async () => {
    const stage = await aStage();
    const orders = [await anOrder(stage), await anOrder(stage), await anOrder(stage)];
    const { csr } = orders[0]!;
    const unknown = { order: { orderId: '999' }, csr };
    const answers = await orders[0]!.authority.issuedMany!([unknown, ...orders]);
    expect(answers).toEqual([
      { state: 'troubled', error: expect.objectContaining({ code: 'rejected' }) },
      ...orders.map(() => expect.objectContaining({ state: 'pending' })),
    ]);
  });

  it.each(['Declined', 'Rejected', 'Expired'])('is the order still when it is %s: no second one is placed', async (status) => {
    const stage = await aStage();
    const { authority, wish, order } = await anOrder(stage);
    await putControl(stage.sandbox, '/certificate', { id: Number(order.orderId), status });
    expect(await authority.order.find!(wish)).toEqual(order);
    // What has ended is not withdrawn once more.
    await authority.order.sweep!(wish, undefined);
  });

  it('is withdrawn, whether it waits for its approval or for its validation, however often it is asked', async () => {
    const stage = await aStage();
    for (const automatic of [true, false]) {
      await putControl(stage.sandbox, '/approval', { automatic });
      const { authority, order } = await anOrder(stage);
      for (let time = 0; time < 2; time += 1) await authority.order.undo(order);
    }
    expect(stage.sandbox.ledger()).toEqual([]);
  });

  it('is none of ours when it bears a stranger’s mark', async () => {
    const stage = await aStage();
    const { authority, wish } = await anOrder(stage);
    stage.sandbox.fault({ kind: 'wrong_owner', method: 'GET', path: '/v2/\\d+$' });
    expect(await authority.order.find!(wish)).toBeUndefined();
  });
});

describe('how far an order is', () => {
  const statusOf = ({ sandbox }: Stage, orderId: string) =>
    certificate.status({ ctx: testCtx(), server: sandbox.server as never, orderId });

  it('is told name by name, with what has to be shown, in the words that all authorities have', async () => {
    const stage = await aStage();
    const { order, authority, wish } = await anOrder(stage);
    while ((await authority.records(order, wish)).state !== 'done') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await statusOf(stage, order.orderId)).toEqual({
      state: 'awaiting validation',
      validations: [
        {
          name: 'open.example.com',
          state: 'pending',
          message: 'Awaiting Validation',
          record: { name: expect.stringMatching(/^_[0-9a-f]{32}\.open/), type: 'CNAME', content: expect.stringMatching(/sectigo\.com$/) },
        },
      ],
    });
  });

  it('is not to be told of one that there is not', async () => {
    await expect(statusOf(await aStage(), '999')).rejects.toMatchObject({ code: 'not_found' });
  });
});
