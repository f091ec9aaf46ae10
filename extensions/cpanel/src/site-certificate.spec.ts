import { once } from 'node:events';
import { connect } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { secret } from '@hostwright/sdk';
import { makeTlsIdentity } from '@hostwright/sdk-testing';
import { pem, Stage, username } from '../test/stage.js';

const names = ['shop.example.net', 'www.shop.example.net'];
/** Self-signed, for those names; the two end on different days. */
const first = `-----BEGIN CERTIFICATE-----
MIIBvzCCAWagAwIBAgIUTFwp/6NhVRJYWdFO1wUTH5RTh54wCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLm5ldDAeFw0yNjExMjYwMjM4MjJaFw0z
NjExMjMwMjM4MjJaMBsxGTAXBgNVBAMMEHNob3AuZXhhbXBsZS5uZXQwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAR1xMyYiuN5laOwFXVteiojyXT2NDOFvnrXpeL1
vRSDyi+q4XisAR8tBNwN2d+PItjBtlDok17n3XzayZcYxBvSo4GHMIGEMB0GA1Ud
DgQWBBS+lEXBzRpl/aWrJ2mTZVmPClr2azAfBgNVHSMEGDAWgBS+lEXBzRpl/aWr
J2mTZVmPClr2azAPBgNVHRMBAf8EBTADAQH/MDEGA1UdEQQqMCiCEHNob3AuZXhh
bXBsZS5uZXSCFHd3dy5zaG9wLmV4YW1wbGUubmV0MAoGCCqGSM49BAMCA0cAMEQC
IFpocO00v4Y9m+oitYMW2xbPjO8Vj42QNnmKi6CxU09rAiAp4UN660AQ1+DJYcDP
Ag3CP1roZvAlY85utIILcSdygg==
-----END CERTIFICATE-----`;
const second = `-----BEGIN CERTIFICATE-----
MIIBwDCCAWagAwIBAgIUZgrTggy6sAx4WbcYR6Xe5WiCvvowCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc2hvcC5leGFtcGxlLm5ldDAeFw0yNjExMjYwMjM4MjJaFw0z
NjExMjQwMjM4MjJaMBsxGTAXBgNVBAMMEHNob3AuZXhhbXBsZS5uZXQwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAASHxc1ClwRgA5TGPDzrt/P9jktWjo9sYlPQ6qJd
iWk5nA6gC0WWWlYXaUC4KsmtE9GeLGmZB0nEYBpyqymo+kLFo4GHMIGEMB0GA1Ud
DgQWBBRLCm7L2qEj6djehGMwIRa/BychPDAfBgNVHSMEGDAWgBRLCm7L2qEj6dje
hGMwIRa/BychPDAPBgNVHRMBAf8EBTADAQH/MDEGA1UdEQQqMCiCEHNob3AuZXhh
bXBsZS5uZXSCFHd3dy5zaG9wLmV4YW1wbGUubmV0MAoGCCqGSM49BAMCA0gAMEUC
IQDm0A+1LP37FNoPR3ulCF31sMnSAvevmQ6IzyGxT01VsQIgQaMIMoBiGZ5UPqBH
0c6iZwvq1fRczChKckZMnxP1enI=
-----END CERTIFICATE-----`;
const files = (certificate: string, more: object = {}) => ({
  certificate: { names, certificate, chain: '', privateKey: secret(pem.certificateKey), ...more } as never,
});
const install = (stage: Stage, certificate = first) => stage.run('installCertificate', files(certificate));
const remove = (stage: Stage, certificate = first) => stage.run('removeCertificate', files(certificate));
/** Fingerprint of the certificate that visitors of a name are shown. */
const shown = async ({ sandbox }: Stage, servername: string): Promise<string> => {
  const { port } = (await (await fetch(`${sandbox.controlUrl}/sites`)).json()) as { port: number };
  const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().fingerprint256;
  } finally {
    socket.destroy();
  }
};
const count = (stage: Stage, change: string) => stage.changes().filter((one) => one.includes(change)).length;

describe('a certificate that another module obtained', () => {
  it('is installed on the account’s domain with its key and chain, none of them in an address', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    await stage.run('installCertificate', files(first, { chain: second }));
    expect(stage.details()).toMatchObject({ certificate: 'installed' });
    expect(stage.sent.filter(({ url }) => url.includes('PRIVATE'))).toEqual([]);
    expect(stage.ctx.logged.join()).not.toContain('PRIVATE KEY');
    expect(stage.sandbox.violations()).toEqual([]);
  });

  it('is what visitors of the site are shown, as long as it is installed', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    const { certificate, privateKey, fingerprint } = await makeTlsIdentity('shop.example.net');
    const ours = files(certificate, { privateKey: secret(privateKey) });
    const before = await shown(stage, 'shop.example.net');
    await stage.run('installCertificate', ours);
    for (const name of names) expect(await shown(stage, name)).toBe(fingerprint);
    expect(await shown(stage, 'other.example.net')).toBe(before);
    await stage.run('removeCertificate', ours);
    expect(await shown(stage, 'shop.example.net')).toBe(before);
  });

  it('takes the place of the one before, and installed twice it is the same', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    await install(stage);
    await install(stage, second);
    await install(stage, second);
    await remove(stage, first);
    // The first is not there any more; what is stays.
    expect([stage.details()?.['certificate'], count(stage, 'delete_ssl')]).toEqual(['installed', 0]);
    await remove(stage, second);
    expect([stage.details()?.['certificate'], count(stage, 'delete_ssl')]).toEqual(['self-signed', 1]);
    await remove(stage, second);
    expect(count(stage, 'delete_ssl')).toBe(1);
  });

  it('that is undone is removed, unless that left the site without one that it had before: then it stays, and staff are told', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    const installed = await install(stage);
    expect(await installed.undo()).toEqual([]);
    expect(stage.details()?.['certificate']).toBe('self-signed');
    await install(stage);
    const renewed = await install(stage, second);
    for (let time = 0; time < 2; time += 1)
      expect(await renewed.undo()).toEqual([expect.stringMatching(/shop\.example\.net.*stays installed.*the one before/)]);
    expect([stage.details()?.['certificate'], count(stage, 'delete_ssl')]).toEqual(['installed', 1]);
  });

  it('that is undone by another run than the one that died in the middle is judged by what was there before both', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    const { undo } = await stage.run('installCertificate', files(first), { crashAfterCall: 'install on site' });
    expect(await undo()).toEqual([]);
    expect(stage.details()?.['certificate']).toBe('self-signed');
  });

  it('is refused for names that the account does not serve, before anything is sent', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    await expect(stage.run('installCertificate', files(first, { names: ['other.example'] }))).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(count(stage, 'install_ssl')).toBe(0);
    await stage.run('installCertificate', files(first, { names: ['*.shop.example.net'] }));
    expect(count(stage, 'install_ssl')).toBe(1);
  });

  it.each([
    [['shop.example.net', 'victim.example.net'], /not victim\.example\.net/],
    // It would be good for every other name of that zone.
    [['shop.example.net', '*.example.net'], /not \*\.example\.net/],
    [['shop.example.net', 'myshop.example.net'], /not myshop\.example\.net/],
    [['blog.shop.example.net'], /serves shop\.example\.net, for which the certificate is not/],
  ])('for %s is refused beforehand and when it is there: its key would be the customer’s to read', async (wanted, message) => {
    const stage = await Stage.start({ certificate: 'none' });
    const before = stage.changes().length;
    for (const operation of ['checkNames', 'installCertificate'] as const)
      await expect(stage.run(operation, files(first, { names: wanted }))).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringMatching(message) as unknown,
      });
    expect(stage.changes().slice(before)).toEqual([]);
  });

  it('is announced to the account, which has to be there and ours', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    await stage.run('checkNames', { certificate: { names } });
    await stage.control('/removed', { user: username });
    await stage.control('/accounts', { user: username, domain: 'shop.example.net' });
    await expect(stage.run('checkNames', { certificate: { names } })).rejects.toMatchObject({ code: 'not_owned' });
  });

  it('is neither installed on an account that is somebody else’s by now, nor removed from it; gone is removed', async () => {
    const stage = await Stage.start({ certificate: 'none' });
    await stage.control('/removed', { user: username });
    await remove(stage);
    await stage.control('/accounts', { user: username, domain: 'shop.example.net' });
    const before = stage.changes().length;
    await expect(install(stage)).rejects.toMatchObject({ code: 'not_owned' });
    await expect(remove(stage)).rejects.toMatchObject({ code: 'not_owned' });
    expect(stage.changes().slice(before)).toEqual([]);
  });
});
