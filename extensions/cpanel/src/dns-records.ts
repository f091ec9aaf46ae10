import type { DnsRecordInput } from '@hostwright/sdk';
import type { ProductConfig } from './config.js';

/** What the connected DNS is asked for: the site under both its names, and where its mail goes. */
export function connectedRecords(
  { dns, dnsTtl: ttl, mailbox }: Pick<ProductConfig, 'dns' | 'dnsTtl' | 'mailbox'>,
  domain: string,
  address: string,
): readonly DnsRecordInput[] {
  if (dns !== 'connected') return [];
  return [
    { name: domain, type: 'A', content: address, ttl },
    { name: `www.${domain}`, type: 'A', content: address, ttl },
    ...(mailbox === undefined ? [] : [{ name: domain, type: 'MX' as const, content: domain, ttl, priority: 0 }]),
  ];
}
