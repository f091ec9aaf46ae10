import { PanelError, type DnsRecordInput, type DnsRecordRemoval, type DnsRecordType } from '@hostwright/sdk';
import type { RemoteRecord } from './answers.js';
import { canonicalContent } from './record-content.js';

/** A wanted record in canonical form. */
export interface WantedRecord {
  readonly name: string;
  readonly type: DnsRecordType;
  readonly content: string;
  readonly ttl: number;
  readonly priority: number | undefined;
}

export const recordTypes: readonly DnsRecordType[] = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'];
/** Where a name leads. A stranger's record of any of these decides it, so ours beside it would send visitors to both. */
const addressTypes: readonly string[] = ['A', 'AAAA', 'CNAME'];

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
const hostname = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const txtLimit = 2048;

/** The name in canonical form. Throws `invalid_input` when it is not a name inside the zone, where that is known. */
export function checkName(input: DnsRecordRemoval, zone?: string): { readonly name: string; readonly type: DnsRecordType } {
  const name = input.name.toLowerCase();
  const inZone = zone === undefined || name === zone.toLowerCase() || name.endsWith(`.${zone.toLowerCase()}`);
  if (!hostname.test(name.replace(/^\*\./, '')) || name.length > 253) throw wrong('name', `"${input.name}" is not a fully qualified name`);
  if (!inZone) throw wrong('name', `"${name}" is not in the zone ${zone}`);
  if (!recordTypes.includes(input.type)) throw wrong('type', `records of type ${String(input.type)} are not supported`);
  return { name, type: input.type };
}

/** The record in canonical form. Throws `invalid_input` with the field at fault. */
export function checkRecord(input: DnsRecordInput, zone?: string): WantedRecord {
  const { name, type } = checkName(input, zone);
  const content = canonicalContent(type, input.content);
  if (!isContent(type, content)) throw wrong('content', `"${input.content.slice(0, 80)}" is no content for a record of type ${type}`);
  if (!Number.isInteger(input.ttl) || input.ttl < 60 || input.ttl > 86_400) throw wrong('ttl', 'the TTL must be 60–86400 seconds');
  const priority = type === 'MX' ? input.priority : undefined;
  if (type === 'MX' && (priority === undefined || !Number.isInteger(priority) || priority < 0 || priority > 65_535)) {
    throw wrong('priority', 'an MX record needs a priority from 0 to 65535');
  }
  return { name, type, content, ttl: input.ttl, priority };
}

/** Same name, type and content: what Cloudflare refuses a second time. */
export function isIdentical(record: RemoteRecord, wanted: Pick<WantedRecord, 'name' | 'type' | 'content' | 'priority'>): boolean {
  return (
    record.name === wanted.name &&
    record.type === wanted.type &&
    canonicalContent(wanted.type, record.content) === wanted.content &&
    (wanted.type !== 'MX' || record.priority === wanted.priority)
  );
}

/**
 * Whether a record that stands decides the same question as the wanted one, so that both together would be wrong.
 * Several MX, TXT and NS of one name live side by side; a CNAME lives beside nothing, and an NS only beside other NS, except at the
 * zone's own name, which always has some.
 */
export function clashes(record: Pick<RemoteRecord, 'name' | 'type'>, wanted: Pick<WantedRecord, 'name' | 'type'>, zone: string): boolean {
  if (record.name !== wanted.name) return false;
  if (record.type === 'CNAME' || wanted.type === 'CNAME') return true;
  if ((record.type === 'NS') !== (wanted.type === 'NS')) return wanted.name !== zone.toLowerCase();
  return addressTypes.includes(record.type) && addressTypes.includes(wanted.type);
}

/** True for an A and an AAAA: of two services they clash, of one they are its two addresses. */
export function isDualStack(one: Pick<RemoteRecord, 'type'>, other: Pick<WantedRecord, 'type'>): boolean {
  return (one.type === 'A' && other.type === 'AAAA') || (one.type === 'AAAA' && other.type === 'A');
}

function isContent(type: DnsRecordType, content: string): boolean {
  switch (type) {
    case 'A':
      return ipv4.test(content);
    case 'AAAA':
      return content.includes(':') && URL.canParse(`http://[${content}]/`);
    case 'TXT':
      return content.length > 0 && content.length <= txtLimit;
    default:
      return hostname.test(content);
  }
}

function wrong(field: string, message: string): PanelError {
  return new PanelError('invalid_input', message, { field });
}
