import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PanelError } from '@hostwright/sdk';
import { makeKeyAndRequest } from '@hostwright/sdk-certificates';
import { failureOf, type RunOptions } from '@hostwright/sdk-testing';
import { noPebble } from '../sandbox/pebble.js';
import { newKey, PebbleStage } from '../test/stage.js';
import { acmeAuthority } from './authority.js';
import { certificate } from './certificate.js';
import { AcmeClient } from './client.js';
import type { ServerConfig } from './config.js';

const eab = { id: 'kid-1', hmac: Buffer.alloc(32, 7).toString('base64url') };

(noPebble ? describe.skip : describe)('certificates of a real authority, by records of a real name server', () => {
  let stage: PebbleStage;

  beforeAll(async () => {
    stage = await PebbleStage.start({ nonceReject: 20, externalAccounts: { [eab.id]: eab.hmac } });
  });
  afterAll(() => stage.stop());
  beforeEach(() => {
    stage.server = { ...stage.server, accountKey: newKey(), eabKeyId: eab.id, eabHmacKey: eab.hmac };
  });

  const obtain = (names: readonly string[], options: RunOptions = {}) => stage.obtain(names, options);

  it('are issued for a name and its wildcard, whose records stand side by side, and leave no record behind', async () => {
    const { output, asked } = await obtain(['shop.example.net', '*.shop.example.net']);
    const leaf = new X509Certificate(output.certificate);
    expect(leaf.subjectAltName).toBe('DNS:shop.example.net, DNS:*.shop.example.net');
    expect(leaf.checkPrivateKey(createPrivateKey(output.privateKey.$secret))).toBe(true);
    expect(leaf.verify(new X509Certificate(output.chain).publicKey)).toBe(true);
    expect(Date.parse(output.validTo)).toBeGreaterThan(Date.parse(output.validFrom));
    const published = [...asked.values()].filter(({ operation }) => operation === 'ensureRecord');
    expect(published).toHaveLength(2);
    expect(stage.dns.zone.size).toBe(0);
  });

  it.each(['order certificate', 'confirm validation', 'finish order', 'await certificate'])(
    'are issued once when the panel dies after the call of "%s"',
    async (crashAfterCall) => {
      const { output } = await obtain(['crash.example.net'], { crashAfterCall });
      expect(new X509Certificate(output.certificate).subjectAltName).toBe('DNS:crash.example.net');
    },
  );

  it('are refused, with the reason, for a name whose record is not there, and the records that were made are withdrawn by the undo', async () => {
    const failure = await failureOf(obtain(['absent.example.net'], { answer: () => undefined }));
    expect(failure.code).toBe('rejected');
    expect(failure.message).toMatch(/absent\.example\.net: .*TXT record/i);
    await failure.undo();
    await failure.undo();
  });

  it('are had by a new order after one that failed: a failed authorization is never tried again', async () => {
    const name = 'again.example.net';
    const failure = await failureOf(obtain([name], { answer: () => undefined }));
    await failure.undo();
    const { output } = await obtain([name]);
    const failed = failure.journal.rows().find(([step]) => step === 'order certificate')![1].output as { orderId: string };
    expect(output.orderId).not.toBe(failed.orderId);
  });

  it('are refused for what the authority does not take as a name', async () => {
    const failure = await failureOf(obtain(['example.invalid_tld']));
    expect(failure.code).toBe('invalid_input');
    expect(failure.finished).toEqual([]);
  });

  it('can be revoked, once as well as twice', async () => {
    const { output } = await obtain(['gone.example.net']);
    const input = { orderId: output.orderId, certificate: output.certificate, reason: 'superseded' };
    const { serialNumber } = new X509Certificate(output.certificate);
    expect(await stage.pebble.statusOf(serialNumber)).toMatchObject({ Status: 'Valid' });
    for (let time = 0; time < 2; time += 1) await stage.run(certificate.revoke, { input });
    expect(await stage.pebble.statusOf(serialNumber)).toMatchObject({ Status: 'Revoked', Reason: 4 });
  });

  it('can be called off before they are issued, however often and wherever that broke off, and when nothing is known of them', async () => {
    const names = ['late.example.net', '*.late.example.net'];
    const authority = acmeAuthority(stage.ctx(), stage.server);
    const { csr } = await makeKeyAndRequest(names, 'ecdsa-p256');
    const { orderId } = await authority.order.run({ names, csr, reference: 'hw-test-42', once: '0'.repeat(20) });
    expect((await authority.status(orderId)).state).toBe('awaiting validation');
    const acme = new AcmeClient(stage.ctx(), stage.server);
    const { authorizations } = await acme.order(orderId);
    await acme.deactivate(authorizations[0]!);
    for (const id of [orderId, orderId, `${orderId}x`]) await stage.run(certificate.cancel, { input: { orderId: id } });
    await authority.order.undo({ orderId });
    for (const at of authorizations) expect((await acme.authorization(at)).status).toBe('deactivated');
    expect((await authority.status(orderId)).state).toBe('rejected');
  });

  it('tell how far they are by the names that were asked for: the identifier of a wildcard has no star', async () => {
    const failure = await failureOf(obtain(['wild.example.net', '*.wild.example.net'], { answer: () => undefined }));
    const [, { output }] = failure.journal.rows().find(([step]) => step === 'order certificate')!;
    const { validations } = await certificate.status({
      ctx: stage.ctx(),
      server: stage.server,
      orderId: (output as { orderId: string }).orderId,
    });
    expect(validations.map(({ name }) => name).sort()).toEqual(['*.wild.example.net', 'wild.example.net']);
  });

  it('tell how far they are', async () => {
    const { output } = await obtain(['far.example.net']);
    expect(await certificate.status({ ctx: stage.ctx(), server: stage.server, orderId: output.orderId })).toEqual({
      state: 'issued',
      validations: [{ name: 'far.example.net', state: 'validated' }],
    });
  });

  describe('an account', () => {
    const test = (change: Partial<ServerConfig> = {}) =>
      certificate.testConnection!({ ctx: stage.ctx(), server: { ...stage.server, ...change } });

    it('is made once and found again', async () => {
      const first = await test();
      expect(first.version).toMatch(/^ACME account \/my-account\//);
      expect(await test()).toEqual(first);
    });

    it.each<[string, Partial<ServerConfig>, RegExp]>([
      ['whose terms are not agreed to', { termsAgreed: false }, /terms of service/],
      ['without the external account that is asked for', { eabKeyId: undefined } as never, /external account/],
      ['of an external account that is not known', { eabKeyId: 'other' }, /refused/],
      ['with a key that is none', { accountKey: 'no key' }, /account key/],
      [
        'with a key of another kind',
        { accountKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
        /ECDSA P-256 or RSA/,
      ],
    ])('%s is a setting to mend', async (_what, change, reason) => {
      const failure = (await test(change).catch((error: unknown) => error)) as PanelError;
      expect([failure.code, failure.message]).toEqual(['invalid_config', expect.stringMatching(reason)]);
    });

    it('may have an RSA key', async () => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      expect((await test({ accountKey: privateKey.export({ type: 'pkcs1', format: 'pem' }) as string })).version).toMatch(/^ACME account/);
    });
  });
});

(noPebble ? describe.skip : describe)('certificates of an authority that takes validations again', () => {
  let stage: PebbleStage;
  beforeAll(async () => {
    stage = await PebbleStage.start({ reuse: 100 });
  });
  afterAll(() => stage.stop());

  it('publish nothing for a name whose authorization is valid already', async () => {
    const obtain = () => stage.obtain(['reuse.example.net']);
    expect((await obtain()).asked.size).toBe(2);
    const { asked, skipped, output } = await obtain();
    expect([asked.size, skipped]).toEqual([0, expect.arrayContaining(['publish validation'])]);
    expect(new X509Certificate(output.certificate).subjectAltName).toBe('DNS:reuse.example.net');
  });
});
