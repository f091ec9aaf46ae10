import { Resolver } from 'node:dns/promises';
import { describe, expect, it } from '@jest/globals';
import type { LedgerEntry } from '../sandbox.js';
import { startNameServer } from './name-server.js';
import { standingRecords } from './standing-records.js';

const entry = (details: LedgerEntry['details'] & object): LedgerEntry => ({ kind: 'dns-record', id: '1', details });

describe('what stands at a sandbox of DNS', () => {
  it('has whole names, whether its provider tells them whole or as a zone file does', () => {
    const ledger = [
      entry({ zone: 'example.net', name: 'WWW.example.net', type: 'A', content: '203.0.113.10' }),
      entry({ zone: 'example.org.', name: '', type: 'NS', data: 'ns1.example.net.' }),
      entry({ zone: 'example.org.', name: '_ab', type: 'CNAME', data: 'CD.example.com.' }),
      entry({ zone: 'example.org.', name: 'www.example.org.', type: 'A', data: '203.0.113.11' }),
      entry({ zone: 'example.net', name: 'txt.example.net', type: 'TXT', content: '"one \\"part\\" " "and another"' }),
      entry({ zone: 'example.org.', name: 'txt', type: 'TXT', data: 'as it is' }),
      { kind: 'dns-zone', id: '2', details: { zone: 'x', name: 'x', type: 'A', content: 'x' } },
    ];
    expect(standingRecords(ledger)).toEqual([
      { name: 'www.example.net', type: 'A', value: '203.0.113.10' },
      { name: 'example.org', type: 'NS', value: 'ns1.example.net' },
      { name: '_ab.example.org', type: 'CNAME', value: 'cd.example.com' },
      { name: 'www.example.org', type: 'A', value: '203.0.113.11' },
      { name: 'txt.example.net', type: 'TXT', value: 'one "part" and another' },
      { name: 'txt.example.org', type: 'TXT', value: 'as it is' },
    ]);
  });

  it('is answered by a name server from the moment it stands, and no longer than that', async () => {
    let ledger: readonly LedgerEntry[] = [];
    const names = await startNameServer({ standing: () => standingRecords(ledger) });
    try {
      const resolver = new Resolver({ timeout: 1_000, tries: 1 });
      resolver.setServers([names.address]);
      await expect(resolver.resolveCname('_ab.example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' });
      ledger = [entry({ zone: 'example.org.', name: '_ab', type: 'CNAME', data: 'cd.example.com.' })];
      expect(await resolver.resolveCname('_ab.example.org')).toEqual(['cd.example.com']);
      ledger = [];
      await expect(resolver.resolveCname('_ab.example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    } finally {
      await names.stop();
    }
  });
});
