import type { DnsRecordType } from '@hostwright/sdk';

/*
 * ISPConfig keeps what it was given: names of records relative or absolute, targets absolute with a dot at the end or else inside the
 * zone, TXT without quotes around it. Everything is compared in one canonical form.
 */

/** The name of a record as ISPConfig has it, in full: lower case, without the dot at the end. */
export function fullName(name: string, zone: string): string {
  const lower = name.trim().toLowerCase();
  if (lower === '' || lower === '@') return zone;
  return lower.endsWith('.') ? lower.slice(0, -1) : `${lower}.${zone}`;
}

/** The name as we give it: relative, but at the zone's own name, where types differ in how they want it, absolute. */
export function outgoingName(name: string, zone: string): string {
  return name === zone ? `${zone}.` : name.slice(0, -zone.length - 1);
}

/** The content as we compare it and as a caller sees it; `content` is as a caller writes it, in full. */
export function canonicalContent(type: DnsRecordType, content: string): string {
  switch (type) {
    case 'A':
      return content.trim();
    case 'AAAA':
      return canonicalIpv6(content);
    case 'TXT':
      return /^"[^"]*"$/.test(content) ? content.slice(1, -1) : content;
    case 'CNAME':
    case 'MX':
    case 'NS':
      return content.trim().toLowerCase().replace(/\.$/, '');
  }
}

/** The content of a record as ISPConfig has it, in canonical form. */
export function incomingContent(type: DnsRecordType, data: string, zone: string): string {
  return type === 'CNAME' || type === 'MX' || type === 'NS' ? fullName(data, zone) : canonicalContent(type, data);
}

/** The content as ISPConfig wants it. */
export function outgoingContent(type: DnsRecordType, canonical: string): string {
  return type === 'CNAME' || type === 'MX' || type === 'NS' ? `${canonical}.` : canonical;
}

/** The short form of an IPv6 address (RFC 5952); the text itself when it is none. */
function canonicalIpv6(text: string): string {
  const trimmed = text.trim().toLowerCase();
  return URL.canParse(`http://[${trimmed}]/`) ? new URL(`http://[${trimmed}]/`).hostname.slice(1, -1) : trimmed;
}
