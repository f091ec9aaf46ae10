import { describe, expect, it } from '@jest/globals';
import { judgeDns, type SeenInDns } from './domain-proof.js';

const token = 'T'.repeat(32);
const ours = '203.0.113.10';
const domain = {
  name: 'shop.example',
  token,
  target: { addresses: [ours], nameServers: ['ns1.panel.example', 'ns2.panel.example'] },
  verifiedBy: null,
};
const nothing: SeenInDns = { texts: [], addresses: [], nameServers: [] };
const judge = (seen: Partial<SeenInDns>, over: Partial<Parameters<typeof judgeDns>[0]> = {}) =>
  judgeDns({ ...domain, ...over }, { ...nothing, ...seen });

describe('whose a domain is, and where it leads', () => {
  it.each([
    ['nothing is in the DNS', {}],
    ['the text is another', { texts: ['T'.repeat(31), `${token}T`, `"${token}"`] }],
    ['it leads elsewhere', { addresses: ['192.0.2.1'] }],
    ['it leads here and elsewhere', { addresses: [ours, '192.0.2.1'] }],
    ['it leads elsewhere over IPv6', { addresses: [ours, '2001:db8::1'] }],
    ['it is delegated to us, which the last owner may have done', { nameServers: domain.target.nameServers }],
    ['nothing could be looked up', { texts: undefined, addresses: undefined, nameServers: undefined }],
  ])('nobody knows when %s', (_, seen) => {
    expect(judge(seen)).toMatchObject({ verifiedBy: null, ready: false, zone: false });
  });

  it('is seen by the text, but it leads nowhere yet', () => {
    expect(judge({ texts: ['v=spf1 -all', token] })).toEqual({
      verifiedBy: 'txt',
      ready: false,
      zone: false,
      missing: 'shop.example leads nowhere, not to 203.0.113.10',
    });
  });

  it('is seen by the address alone', () => {
    expect(judge({ addresses: [ours] })).toEqual({ verifiedBy: 'address', ready: true, zone: false, missing: null });
  });

  it('stays seen when the text is gone again', () => {
    expect(judge({ addresses: [ours] }, { verifiedBy: 'txt' })).toMatchObject({ verifiedBy: 'txt', ready: true });
  });

  it('needs a zone when it is delegated to all of our name servers and leads nowhere', () => {
    expect(judge({ texts: [token], nameServers: ['ns2.panel.example', 'ns1.panel.example'] })).toMatchObject({ ready: true, zone: true });
    expect(judge({ texts: [token], nameServers: ['ns2.panel.example'] })).toMatchObject({ ready: false });
    expect(judge({ texts: [token], nameServers: domain.target.nameServers, addresses: undefined })).toMatchObject({
      ready: true,
      zone: true,
    });
    expect(judge({ texts: [token], nameServers: domain.target.nameServers, addresses: [ours] })).toMatchObject({
      ready: true,
      zone: false,
    });
    expect(judge({ texts: [token] }, { target: { addresses: [ours], nameServers: [] } })).toMatchObject({ ready: false });
  });

  it('says what is missing, at no great length', () => {
    const many = Array.from({ length: 50 }, (_, at) => `192.0.2.${at}`);
    expect(judge({ addresses: many }).missing).toBe(
      `shop.example leads to 192.0.2.0 and 192.0.2.1 and 192.0.2.2, not to ${ours}, and the TXT record _hostwright-challenge.shop.example does not say ${token}`,
    );
    expect(judge({ addresses: undefined }).missing).toMatch(/^shop.example cannot be looked up at the moment/);
  });
});
