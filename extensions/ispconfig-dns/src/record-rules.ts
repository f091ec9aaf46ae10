import { PanelError, type DnsRecord, type DnsRecordInput, type DnsRecordType } from '@hostwright/sdk';
import type { RemoteRecord } from './answers.js';
import { canonicalContent, fullName, incomingContent } from './record-content.js';

/** A wanted record in canonical form. */
export type WantedRecord = {
  readonly name: string;
  readonly type: DnsRecordType;
  readonly content: string;
  readonly ttl: number;
  /** 0 but with MX. */
  readonly priority: number;
};

export type RecordKey = Pick<WantedRecord, 'name' | 'type' | 'content' | 'priority'>;

export const recordTypes: readonly DnsRecordType[] = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'];
/** Where a name leads. */
const addressTypes: readonly string[] = ['A', 'AAAA', 'CNAME'];
/** The address of the reseller's own proxy, whatever it is. */
const proxyAlias = 'PROXYSRV';
/** Our marks live at names with a label that begins so. */
export const markLabel = '_hostwright';

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
const hostname = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const domain = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** One string of a TXT record (RFC 1035, 3.3); whether ISPConfig cuts a longer one is not known. */
const txtLimit = 255;

/** A domain in canonical form. Throws `invalid_input` naming the field. */
export function checkDomain(text: string, field = 'name'): string {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (!domain.test(name))
    throw wrong(field, `"${text.slice(0, 100)}" is not a domain in ASCII, such as example.net or xn--bcher-kva.example`);
  return name;
}

/** A record's name and type in canonical form. Throws `invalid_input` naming the field. */
export function checkName(input: Pick<DnsRecordInput, 'name' | 'type'>): { readonly name: string; readonly type: DnsRecordType } {
  const name = input.name.toLowerCase().replace(/\.$/, '');
  if (!hostname.test(name.replace(/^\*\./, '')) || name.length > 253 || !name.includes('.')) {
    throw wrong('name', `"${input.name.slice(0, 100)}" is not a fully qualified name`);
  }
  if (name.split('.').some((label) => label.startsWith(markLabel))) throw wrong('name', `"${name}" is kept for the panel's own marks`);
  if (!recordTypes.includes(input.type)) throw wrong('type', `records of type ${String(input.type)} are not supported`);
  return { name, type: input.type };
}

/** A content in canonical form, `PROXYSRV` replaced. Throws `invalid_input` naming the field. */
export function checkContent(type: DnsRecordType, given: string, proxyIp: string): string {
  const content = type === 'A' && given.trim() === proxyAlias ? proxyIp : canonicalContent(type, given);
  if (!isContent(type, content)) throw wrong('content', `"${given.slice(0, 80)}" is no content for a record of type ${type}`);
  return content;
}

/** What a record says that leads to that address. Throws `invalid_input` naming the field. */
export function checkAddress(given: string, field: string): Pick<WantedRecord, 'type' | 'content'> {
  const type = given.includes(':') ? 'AAAA' : 'A';
  const content = canonicalContent(type, given);
  if (!isContent(type, content)) throw wrong(field, `"${given.slice(0, 80)}" is no address`);
  return { type, content };
}

/** The record in canonical form. Throws `invalid_input` naming the field. */
export function checkRecord(input: DnsRecordInput, proxyIp: string): WantedRecord {
  const { name, type } = checkName(input);
  const content = checkContent(type, input.content, proxyIp);
  if (!Number.isInteger(input.ttl) || input.ttl < 60 || input.ttl > 86_400) throw wrong('ttl', 'the TTL must be 60–86400 seconds');
  const priority = type === 'MX' ? input.priority : 0;
  if (priority === undefined || !Number.isInteger(priority) || priority < 0 || priority > 65_535) {
    throw wrong('priority', 'an MX record needs a priority from 0 to 65535');
  }
  return { name, type, content, ttl: input.ttl, priority };
}

export function isIdentical(record: RemoteRecord, wanted: RecordKey, zone: string): boolean {
  return (
    record.type === wanted.type &&
    fullName(record.name, zone) === wanted.name &&
    incomingContent(wanted.type, record.data, zone) === wanted.content &&
    (wanted.type !== 'MX' || record.aux === wanted.priority)
  );
}

/**
 * Whether a record that stands decides the same question as the wanted one, so that both together would be wrong.
 * Several MX, TXT and NS of one name live side by side; a CNAME lives beside nothing, and an NS only beside other NS, except at the
 * zone's own name, which always has some.
 */
export function clashes(record: RemoteRecord, wanted: Pick<WantedRecord, 'name' | 'type'>, zone: string): boolean {
  if (fullName(record.name, zone) !== wanted.name) return false;
  if (record.type === 'CNAME' || wanted.type === 'CNAME') return true;
  if ((record.type === 'NS') !== (wanted.type === 'NS')) return wanted.name !== zone;
  return addressTypes.includes(record.type) && addressTypes.includes(wanted.type);
}

/** True for an A and an AAAA: of two services they clash, of one they are its two addresses. */
export function isDualStack(one: Pick<RemoteRecord, 'type'>, other: Pick<WantedRecord, 'type'>): boolean {
  return (one.type === 'A' && other.type === 'AAAA') || (one.type === 'AAAA' && other.type === 'A');
}

/** The record as a caller sees it; undefined for types we do not know. */
export function asDnsRecord(record: RemoteRecord, zone: string): DnsRecord | undefined {
  const type = recordTypes.find((each) => each === record.type);
  if (type === undefined) return undefined;
  return {
    remoteId: String(record.id),
    zone,
    name: fullName(record.name, zone),
    type,
    content: incomingContent(type, record.data, zone),
    ttl: record.ttl,
    ...(type === 'MX' ? { priority: record.aux } : {}),
  };
}

function isContent(type: DnsRecordType, content: string): boolean {
  switch (type) {
    case 'A':
      return ipv4.test(content);
    case 'AAAA':
      return content.includes(':') && URL.canParse(`http://[${content}]/`);
    case 'TXT':
      // It becomes part of a zone file, between quotes that ISPConfig adds, after its form has taken out what looks like HTML.
      return content.length > 0 && content.length <= txtLimit && /^[\x20-\x7e]*$/.test(content) && !/["\\<>]/.test(content);
    default:
      return hostname.test(content);
  }
}

export function wrong(field: string, message: string): PanelError {
  return new PanelError('invalid_input', message, { field });
}
