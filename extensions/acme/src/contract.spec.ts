import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { IssuedCertificate } from '@hostwright/sdk';
import { authorityStages, testCtx, type AuthorityStage, type FaultKind, type Run, type RunOptions } from '@hostwright/sdk-testing';
import sandbox from '../sandbox/index.js';
import { noPebble } from '../sandbox/pebble.js';
import { certificate } from './certificate.js';
import type { ServerConfig } from './config.js';

/*
 * What was seen of ACME and no other test names, with the real Pebble behind the switches for faults.
 */

const { aStage, run } = authorityStages(sandbox, { speed: 0 });
const patient = { deadlineMs: 5_000 };
const obtain = (stage: AuthorityStage, names: readonly string[], options: RunOptions = {}) =>
  run(
    stage,
    certificate.obtain,
    { input: { names: [...names] } },
    { ...patient, dnsServers: [stage.names.address], ...options },
  ) as unknown as Promise<Run<IssuedCertificate>>;
const calls = (stage: AuthorityStage, path: RegExp): number =>
  stage.sandbox.calls().filter((call) => call.method === 'POST' && path.test(call.path)).length;
const issued = (stage: AuthorityStage): number => stage.sandbox.ledger().filter(({ kind }) => kind === 'certificate').length;

(noPebble ? describe.skip : describe)('an authority that speaks ACME', () => {
  it('revoke twice: "already been revoked" is success, and it is revoked', async () => {
    const stage = await aStage();
    const { output } = await obtain(stage, ['shop.example.net']);
    expect(issued(stage)).toBe(1);
    const revoke = () =>
      run(
        stage,
        certificate.revoke,
        { input: { orderId: output.orderId, certificate: output.certificate, reason: 'superseded' } },
        patient,
      );
    await revoke();
    expect(issued(stage)).toBe(0);
    await revoke();
    expect([calls(stage, /revoke-cert/), issued(stage)]).toEqual([2, 0]);
  });

  it.each<[FaultKind, number]>([
    ['lost_reply', 1],
    ['ghost_success', 1],
    ['error_after', 1],
    ['malformed', 1],
    ['error_before', 2],
    ['too_many_requests', 2],
  ])(
    'finalize twice: the order’s status ("valid") was not ready; after %s it is looked at first, and asked %i times in all',
    async (kind, asked) => {
      const stage = await aStage();
      stage.sandbox.fault({ kind, method: 'POST', path: '/finalize-order' });
      const { output } = await obtain(stage, ['shop.example.net']);
      expect([calls(stage, /finalize-order/), issued(stage)]).toEqual([asked, 1]);
      expect(new X509Certificate(output.certificate).subjectAltName).toBe('DNS:shop.example.net');
    },
  );

  it('an order whose answer was lost costs nothing: another is made, and one certificate comes of it', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/order-plz' });
    await obtain(stage, ['shop.example.net']);
    expect([calls(stage, /order-plz/), issued(stage)]).toEqual([2, 1]);
  });

  it('the PEM has leaf and intermediate: the certificate is the leaf alone, the chain all else', async () => {
    const stage = await aStage();
    const { output } = await obtain(stage, ['shop.example.net', 'www.shop.example.net']);
    const blocks = (pem: string) => pem.match(/-----BEGIN CERTIFICATE-----/g)?.length;
    expect([blocks(output.certificate), blocks(output.chain)]).toEqual([1, 1]);
    const [leaf, intermediate] = [output.certificate, output.chain].map((pem) => new X509Certificate(pem));
    expect([leaf!.ca, intermediate!.ca, leaf!.checkIssued(intermediate!)]).toEqual([false, true, true]);
  });

  it('the same account key again finds the account, after a lost answer too', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'lost_reply', method: 'POST', path: '/sign-me-up' });
    await obtain(stage, ['a.example.net']);
    await obtain(stage, ['b.example.net']);
    const test = () => certificate.testConnection!({ ctx: testCtx(patient), server: stage.sandbox.server as unknown as ServerConfig });
    const { version } = await test();
    expect([version, (await test()).version]).toEqual([expect.stringMatching(/^ACME account \/my-account\/./), version]);
    expect(issued(stage)).toBe(2);
  });

  it('429 rateLimited: waited for, and nothing is ordered twice for it', async () => {
    const stage = await aStage();
    stage.sandbox.fault({ kind: 'too_many_requests', method: 'POST', path: '/order-plz', times: 2 });
    await obtain(stage, ['shop.example.net']);
    expect([calls(stage, /order-plz/), issued(stage)]).toEqual([3, 1]);
  });
});
