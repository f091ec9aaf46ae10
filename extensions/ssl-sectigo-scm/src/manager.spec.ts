import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { failureOf, passingFaults, putControl, testCtx, type FaultKind } from '@hostwright/sdk-testing';
import { administrator } from '../sandbox/provider.js';
import { aStage, run, type Stage } from '../test/stage.js';
import { certificate, provisioning } from './modules.js';

const order = { names: 'shop.example.com, *.shop.example.com' };
type Left = Record<string, string> & { readonly privateKey: { readonly $secret: string } };

const create = async (stage: Stage, options = {}, product = {}) =>
  (await run(
    stage,
    provisioning.create,
    { order, product: { ...stage.sandbox.product, ...product } },
    {
      pauseMs: 20,
      ...options,
    },
  )) as unknown as { output: Left; undo(): Promise<void>; sweep(): Promise<void> };
const later = (left: Left, more: object = {}) => {
  const { remoteId, ...properties } = left;
  return { order, remoteId, properties, ...more } as never;
};
const alive = ({ sandbox }: Stage) => sandbox.ledger().map(({ id }) => id);
const refuse = (stage: Stage, method: string, path: string, code: number, times = 1) =>
  putControl(stage.sandbox, '/refuse', { method, path, code, times });

describe('a certificate of Certificate Manager', () => {
  it('is ordered, validated by the records of the dns module, waited for and read; the records go again', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    expect(output).toMatchObject({ names: 'shop.example.com, *.shop.example.com', remoteId: alive(stage)[0] });
    const [leaf, issuer] = [new X509Certificate(output['certificate']!), new X509Certificate(output['chain']!)];
    expect([leaf.subjectAltName, leaf.verify(issuer.publicKey)]).toEqual(['DNS:shop.example.com, DNS:*.shop.example.com', true]);
    expect(stage.zone.size).toBe(0);
  });

  it('is obtained by an administrator, in version 1 of the API, as well', async () => {
    const stage = await aStage();
    const first = {
      ...stage,
      sandbox: { ...stage.sandbox, server: { ...stage.sandbox.server, access: 'administrator', ...administrator } },
    };
    const { output, undo } = await create(first);
    expect(output['certificate']).toContain('BEGIN');
    first.sandbox.fault({ kind: 'lost_reply', path: '/enroll' });
    await create(first);
    expect(alive(first)).toHaveLength(2);
    await undo();
    expect(alive(first)).toHaveLength(1);
  });

  it.each<FaultKind>([...passingFaults, 'late_success', 'hang'])(
    'is ordered once, found by our mark, when the order shows %s',
    async (kind) => {
      const stage = await aStage();
      stage.sandbox.fault({ kind, path: '/enroll', delayMs: 30 });
      const { output, sweep } = await create(stage, { pauseMs: 60 });
      await sweep();
      expect(alive(stage)).toEqual([output['orderId']]);
    },
  );

  it.each(['order certificate', 'confirm validation', 'await certificate'])(
    'is ordered once when the panel dies after the call of "%s"',
    async (at) => {
      const stage = await aStage();
      const { output } = await create(stage, { crashAfterCall: at });
      expect(alive(stage)).toEqual([output['orderId']]);
    },
  );

  it('is another for another order of the same service: the mark is each order’s own', async () => {
    const stage = await aStage();
    await create(stage);
    await create(stage);
    const marks = stage.sandbox.ledger().map(({ details }) => (details as { externalRequester: string }).externalRequester);
    expect([marks.length, new Set(marks).size]).toEqual([2, 2]);
  });

  it('waits until it is approved', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/approval', { automatic: false });
    const made = create(stage);
    while (alive(stage).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const [id] = alive(stage);
    expect(stage.sandbox.ledger()[0]!.details).toMatchObject({ status: 'Requested' });
    await putControl(stage.sandbox, '/approve', { id: Number(id) });
    expect((await made).output['orderId']).toBe(id);
  });

  it.each(['Declined', 'Rejected', 'Revoked', 'Expired'])('fails with the reason when it is %s meanwhile', async (status) => {
    const stage = await aStage();
    const failing = failureOf(create({ ...stage, answer: () => undefined }, { attempts: 1 }));
    while (alive(stage).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await putControl(stage.sandbox, '/certificate', { id: Number(alive(stage)[0]), status });
    const failure = await failing;
    expect([failure.code, failure.message]).toEqual(['rejected', `certificate 146 is ${status.toLowerCase()} at Sectigo`]);
  });

  it.each([-103, -109, -183, -195])('is collected later when it is not to be had yet (%i)', async (code) => {
    const stage = await aStage();
    await refuse(stage, 'GET', '/collect/', code, 2);
    expect((await create(stage)).output['certificate']).toContain('BEGIN');
  });

  it('is read with its chain where the format has the certificate alone, and its validation as an object or a list', async () => {
    const stage = await aStage();
    await putControl(stage.sandbox, '/shapes', { chain: false, validationIsObject: true });
    expect((await create(stage)).output['chain']).toContain('BEGIN CERTIFICATE');
  });

  it('goes on when the names are not looked at again because it asks for that', async () => {
    const stage = await aStage();
    await refuse(stage, 'POST', '/dcv/recheck', -107);
    expect((await create(stage)).output['certificate']).toContain('BEGIN');
  });
});

describe('a replacement', () => {
  const reissue = (stage: Stage, left: Left, options = {}) =>
    run(stage, provisioning.actions!['reissue']!, later(left, { input: {} }), { pauseMs: 20, ...options });
  const replacements = ({ sandbox }: Stage) => sandbox.calls().filter(({ path }) => path.includes('/replace/')).length;

  it('keeps the order; the old certificate is not taken for the new one', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const { $leaves } = (await reissue(stage, output)).output as unknown as { $leaves: Left };
    expect($leaves['orderId']).toBe(output['orderId']);
    const key = (pem: string) => new X509Certificate(pem).publicKey;
    expect(key($leaves['certificate']!).equals(key(output['certificate']!))).toBe(false);
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_after'])('is asked for once when the answer to it shows %s', async (kind) => {
    const stage = await aStage();
    const { output } = await create(stage);
    stage.sandbox.fault({ kind, path: '/replace/' });
    await reissue(stage, output);
    expect(replacements(stage)).toBe(1);
  });

  it('of a certificate that is not issued (-130) fails with the reason', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await refuse(stage, 'POST', '/replace/', -130);
    expect((await failureOf(reissue(stage, output))).message).toMatch(/refused with -130/);
  });
});

describe('a renewal', () => {
  it('is an order of its own, so that it bears our mark and is found again', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    stage.sandbox.fault({ kind: 'lost_reply', path: '/enroll' });
    const renewed = (await run(stage, provisioning.renew!, later(output), { pauseMs: 20 })).output as unknown as Left;
    expect(alive(stage)).toEqual([output['orderId'], renewed['orderId']]);
  });
});

describe('the end of a certificate', () => {
  it('is its revocation when its making is undone, however often', async () => {
    const stage = await aStage();
    const { undo } = await create(stage);
    await undo();
    await undo();
    expect(alive(stage)).toEqual([]);
  });

  it('with the service is to run out, or to be revoked where the product says so; none there is as good', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await run(stage, provisioning.terminate as never, later(output));
    expect(alive(stage)).toEqual([output['orderId']]);
    for (let time = 0; time < 2; time += 1)
      await run(stage, provisioning.terminate as never, later(output, { product: { ...stage.sandbox.product, revokeAtEnd: true } }));
    expect(alive(stage)).toEqual([]);
    await run(stage, certificate.cancel, { input: { orderId: '999' } });
  });

  it('is that of every certificate it had, those that renewals took the place of too', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const renewed = { ...output, ...((await run(stage, provisioning.renew!, later(output), { pauseMs: 20 })).output as object) } as Left;
    expect(alive(stage)).toEqual([output['orderId'], renewed['orderId']]);
    await run(stage, provisioning.terminate as never, later(renewed, { product: { ...stage.sandbox.product, revokeAtEnd: true } }));
    expect(alive(stage)).toEqual([]);
  });

  it('is revoked with the reason; already revoked (-110, -159) is as good, not issued (-102) is not', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const input = { orderId: output['orderId']!, certificate: output['certificate']!, reason: 'keyCompromise' };
    await run(stage, certificate.revoke, { input });
    await run(stage, certificate.revoke, { input });
    await refuse(stage, 'POST', '/revoke/', -110);
    await run(stage, certificate.revoke, { input });
    await refuse(stage, 'POST', '/revoke/', -102);
    expect((await failureOf(run(stage, certificate.revoke, { input }))).code).toBe('rejected');
  });
});

describe('a certificate that another took the place of', () => {
  const leftBy = (made: unknown) => (made as { $leaves: Left }).$leaves;
  const certificates = ({ sandbox }: Stage) => sandbox.ledger().map(({ details }) => details as { status: string; revokedBefore: number });
  async function aReplacement(stage: Stage) {
    const { output } = await create(stage);
    const reissued = await run(stage, provisioning.actions!['reissue']!, later(output, { input: {} }), { pauseMs: 20 });
    const revoke = (left: Left) =>
      run(stage, certificate.revoke, { input: { orderId: left['orderId']!, certificate: left['certificate']!, reason: 'keyCompromise' } });
    return { before: output, now: leftBy(reissued.output), revoke };
  }

  it('is revoked by its serial number, however often, and the one that is there now is not', async () => {
    const stage = await aStage();
    const { before, now, revoke } = await aReplacement(stage);
    for (let time = 0; time < 2; time += 1) await revoke(before);
    expect(certificates(stage)).toEqual([expect.objectContaining({ status: 'Issued', revokedBefore: 1 })]);
    for (let time = 0; time < 2; time += 1) await revoke(now);
    expect(certificates(stage)).toEqual([]);
  });

  it('is left to a person in version 1 of the API, which revokes the newest one of an order only', async () => {
    const first = await aStage();
    const server = { ...first.sandbox.server, access: 'administrator', ...administrator };
    const stage = { ...first, sandbox: { ...first.sandbox, server } };
    const { before, now, revoke } = await aReplacement(stage);
    const failure = await failureOf(revoke(before));
    expect([failure.code, failure.message]).toEqual([
      'unsupported',
      expect.stringMatching(/revoke it at Sectigo, serial number [0-9A-F]+/),
    ]);
    expect(certificates(stage)).toEqual([expect.objectContaining({ status: 'Issued', revokedBefore: 0 })]);
    for (let time = 0; time < 2; time += 1) await revoke(now);
    expect(certificates(stage)).toEqual([]);
  });
});

describe('an account of Certificate Manager', () => {
  const test = ({ sandbox }: Stage, change: object = {}) =>
    provisioning.testConnection!({ ctx: testCtx(), server: { ...sandbox.server, ...change } as never });

  it('is tested by its profiles, as an API client and as an administrator', async () => {
    const stage = await aStage();
    const fine = { version: 'Sectigo Certificate Manager', warnings: [] };
    expect(await test(stage)).toEqual(fine);
    expect(await test(stage, { access: 'administrator', ...administrator })).toEqual(fine);
    await expect(test(stage, { password: 'wrong' })).rejects.toMatchObject({ code: 'invalid_config' });
    await expect(test(stage, { access: 'administrator', login: 'x', customerUri: 'y' })).rejects.toMatchObject({ code: 'invalid_config' });
    await expect(test(stage, { access: 'administrator', customerUri: '' })).rejects.toMatchObject({ field: 'customerUri' });
  });

  it('logs in once, and once more when its token is not taken any more', async () => {
    const stage = await aStage();
    const logIns = () => stage.sandbox.calls().filter(({ path }) => path === '/token').length;
    await test(stage);
    await test(stage);
    expect(logIns()).toBe(1);
    await putControl(stage.sandbox, '/tokens', {});
    await test(stage);
    expect(logIns()).toBe(2);
  });

  it('whose log-in does not answer has changed nothing: it is tried again later', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'error_before', path: '/token' });
    await expect(test(stage)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
