import { beforeAll, describe, expect, it } from '@jest/globals';
import { secret, type CertificateFiles } from '@hostwright/sdk';
import { failureOf, makeTlsIdentity, putControl, type FaultKind, type RunningSandbox, type TlsIdentity } from '@hostwright/sdk-testing';
import { aHost, aSandbox, byHand, ensure, key, mark, remove, run, site, type Options } from '../test/stage.js';
import { nameOf } from './installed.js';
import { proxy } from './proxy.js';

let first: TlsIdentity;
let second: TlsIdentity;
beforeAll(async () => {
  [first, second] = await Promise.all([makeTlsIdentity(site.domain), makeTlsIdentity(site.domain)]);
});

const files = ({ certificate, privateKey }: TlsIdentity, names = [site.domain]): CertificateFiles => ({
  names,
  certificate,
  chain: second.certificate,
  privateKey: secret(privateKey),
});
const install = (sandbox: RunningSandbox, one = first, options: Options = {}, names = [site.domain]) =>
  run(sandbox, proxy.installCertificate!, { forwardHost: site.forwardHost, certificate: files(one, names) }, options);
const uninstall = (sandbox: RunningSandbox, one = first, options: Options = {}) =>
  run(sandbox, proxy.removeCertificate!, { forwardHost: site.forwardHost, certificate: files(one) }, options);

type Details = { readonly certificateId: number; readonly name: string; readonly provider: string; readonly domains: readonly string[] };
const entries = (sandbox: RunningSandbox, kind: string) =>
  sandbox
    .ledger()
    .filter((one) => one.kind === kind)
    .map(({ id, details }) => ({ id: Number(id), ...(details as unknown as Details) }));
/** Domain → the name of the certificate that its host has. */
const serves = (sandbox: RunningSandbox) => {
  const certificates = new Map(entries(sandbox, 'certificate').map(({ id, name }) => [id, name]));
  return Object.fromEntries(
    entries(sandbox, 'proxy-host').map(({ domains, certificateId }) => [domains[0], certificates.get(certificateId) ?? null]),
  );
};
const names = (sandbox: RunningSandbox) => entries(sandbox, 'certificate').map(({ name }) => name);

describe('a certificate that was obtained elsewhere', () => {
  it('is served by our host in place of the one of Let’s Encrypt, under a name that bears our mark', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await install(sandbox);
    expect(serves(sandbox)).toEqual({ [site.domain]: nameOf(mark, first.certificate) });
    // The own one stays: it is gone back to.
    expect(names(sandbox)).toEqual([site.domain, nameOf(mark, first.certificate)]);
  });

  it('has its key in no journal, though the server answers it when it is sent', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    const { journal } = await install(sandbox);
    expect(JSON.stringify(journal.rows())).not.toContain('PRIVATE KEY');
  });

  it.each<FaultKind>(['lost_reply', 'ghost_success', 'error_before', 'error_after', 'malformed', 'late_success', 'too_many_requests'])(
    'is made once when making, sending or attaching it shows %s',
    async (kind) => {
      for (const [method, path] of [
        ['POST', '/certificates$'],
        ['POST', '/upload$'],
        ['PUT', '/proxy-hosts/'],
      ]) {
        const sandbox = await aSandbox();
        await ensure(sandbox, { certificate: 'none' });
        sandbox.fault({ kind, method: method!, path: path!, delayMs: 10 });
        const { sweep } = await install(sandbox, first, { pauseMs: 30 });
        await sweep();
        expect([names(sandbox), serves(sandbox)]).toEqual([
          [nameOf(mark, first.certificate)],
          { [site.domain]: nameOf(mark, first.certificate) },
        ]);
      }
    },
  );

  it.each(['make certificate', 'upload certificate', `attach certificate / ${site.domain}`])(
    'is made once when the panel dies after the call of "%s"',
    async (at) => {
      const sandbox = await aSandbox();
      await ensure(sandbox, { certificate: 'none' });
      await install(sandbox, first, { crashAfterCall: at });
      expect(names(sandbox)).toEqual([nameOf(mark, first.certificate)]);
    },
  );

  it('takes the place of the one before, which stays until the next one comes', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, { certificate: 'none' });
    const third = await makeTlsIdentity(site.domain);
    for (const one of [first, second, third, third]) await install(sandbox, one);
    expect(serves(sandbox)).toEqual({ [site.domain]: nameOf(mark, third.certificate) });
    expect(names(sandbox)).not.toContain(nameOf(mark, first.certificate));
  });

  it('gives way to what was there before when it is undone, however often', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await install(sandbox, first);
    const { undo } = await install(sandbox, second);
    await undo();
    await undo();
    expect(serves(sandbox)).toEqual({ [site.domain]: nameOf(mark, first.certificate) });
    expect(names(sandbox)).not.toContain(nameOf(mark, second.certificate));
  });

  it('that nginx refuses fails with its words, and the one before is served again', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await putControl(sandbox, '/nginx', { problem: 'nginx: [emerg] key values mismatch' });
    const failure = await failureOf(install(sandbox));
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringContaining('key values mismatch')]);
    await putControl(sandbox, '/nginx', {});
    await failure.undo();
    expect(serves(sandbox)).toEqual({ [site.domain]: site.domain });
  });

  it('is served by each of our hosts whose domain is among its names, wildcards included, and by no other', async () => {
    const sandbox = await aSandbox();
    for (const domain of [site.domain, 'www.shop.example.net', 'a.b.shop.example.net', 'shop.example.org'])
      await ensure(sandbox, { domain, certificate: 'none' });
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, domain_names: ['blog.shop.example.net'] });
    await ensure(sandbox, { domain: 'other.shop.example.net', forwardHost: '10.0.0.99', certificate: 'none' });
    await install(sandbox, first, {}, [site.domain, '*.shop.example.net']);
    const ours = nameOf(mark, first.certificate);
    expect(serves(sandbox)).toEqual({
      [site.domain]: ours,
      'www.shop.example.net': ours,
      'a.b.shop.example.net': null,
      'shop.example.org': null,
      'blog.shop.example.net': null,
      'other.shop.example.net': null,
    });
  });

  it('for names that none of our hosts has is refused, and nothing is made', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, { certificate: 'none' });
    const failure = await failureOf(install(sandbox, first, {}, ['elsewhere.example.net']));
    expect([failure.code, names(sandbox)]).toEqual(['invalid_input', []]);
  });

  it('for a name more than our hosts there have is refused beforehand and when it is there, and nothing is made', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, { certificate: 'none' });
    await ensure(sandbox, { domain: 'neighbour.example.net', forwardHost: '10.0.0.99', certificate: 'none' });
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, domain_names: ['blog.example.net'] });
    const check = (wanted: readonly string[]) => run(sandbox, proxy.checkNames!, { forwardHost: site.forwardHost, names: wanted });
    await check([site.domain, `*.${site.domain}`]);
    for (const other of ['neighbour.example.net', 'blog.example.net', `www.${site.domain}`, '*.example.net']) {
      const wanted = [site.domain, other];
      for (const failure of [await failureOf(check(wanted)), await failureOf(install(sandbox, first, {}, wanted))])
        expect([failure.code, failure.message]).toEqual(['invalid_input', expect.stringContaining(`does not serve ${other},`)]);
    }
    expect(names(sandbox)).toEqual([]);
  });
});

describe('a certificate that is taken off', () => {
  it('gives way to the host’s own of Let’s Encrypt, however often it is asked', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await install(sandbox);
    for (let time = 0; time < 2; time += 1) await uninstall(sandbox);
    expect([serves(sandbox), names(sandbox)]).toEqual([{ [site.domain]: site.domain }, [site.domain]]);
  });

  it('leaves a host that had none without one', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox, { certificate: 'none' });
    await install(sandbox);
    await uninstall(sandbox);
    expect([serves(sandbox), names(sandbox)]).toEqual([{ [site.domain]: null }, []]);
  });

  it('is not the one there by now, which stays', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await install(sandbox, first);
    await install(sandbox, second);
    await uninstall(sandbox, first);
    expect(serves(sandbox)).toEqual({ [site.domain]: nameOf(mark, second.certificate) });
  });

  it('that somebody else’s host uses by now is not deleted', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await install(sandbox);
    const { id } = entries(sandbox, 'certificate').at(-1)!;
    await byHand(sandbox, 'POST', '/nginx/proxy-hosts', { ...aHost, domain_names: ['stranger.example.net'], certificate_id: id });
    await uninstall(sandbox);
    expect(serves(sandbox)).toEqual({ [site.domain]: site.domain, 'stranger.example.net': nameOf(mark, first.certificate) });
  });

  it('goes with its host when that is removed', async () => {
    const sandbox = await aSandbox();
    await ensure(sandbox);
    await install(sandbox);
    await remove(sandbox);
    expect(sandbox.ledger()).toEqual([]);
    await run(sandbox, proxy.removeHost, key);
  });
});
