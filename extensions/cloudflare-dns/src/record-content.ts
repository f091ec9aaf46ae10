import type { DnsRecordType } from '@hostwright/sdk';

/*
 * Cloudflare answers contents in a form of its own: TXT in quotes, names in lower case without a dot at the end, IPv6 shortened.
 * Everything is compared in one canonical form.
 */

/** Longest character string inside a TXT record, in bytes (RFC 1035, 3.3). */
const txtChunkBytes = 255;

/** The content as we compare it and as a caller sees it. */
export function canonicalContent(type: DnsRecordType, content: string): string {
  switch (type) {
    case 'A':
      return content.trim();
    case 'AAAA':
      return canonicalIpv6(content);
    case 'TXT':
      return unquoteTxt(content);
    case 'CNAME':
    case 'MX':
    case 'NS':
      return content.trim().toLowerCase().replace(/\.$/, '');
  }
}

/** The content as Cloudflare wants it: TXT in quotes, cut into strings of 255 bytes. */
export function outgoingContent(type: DnsRecordType, canonical: string): string {
  return type === 'TXT' ? quoteTxt(canonical) : canonical;
}

/** The short form of an IPv6 address (RFC 5952); the text itself when it is none. */
export function canonicalIpv6(text: string): string {
  const trimmed = text.trim().toLowerCase();
  return URL.canParse(`http://[${trimmed}]/`) ? new URL(`http://[${trimmed}]/`).hostname.slice(1, -1) : trimmed;
}

function unquoteTxt(content: string): string {
  const trimmed = content.trim();
  if (!/^"(?:[^"\\]|\\.)*"(?:\s+"(?:[^"\\]|\\.)*")*$/s.test(trimmed)) return content;
  const parts = trimmed.match(/"(?:[^"\\]|\\.)*"/gs) ?? [];
  return parts.map((part) => part.slice(1, -1).replace(/\\(.)/gs, '$1')).join('');
}

function quoteTxt(text: string): string {
  const chunks: string[] = [];
  let chunk = '';
  let bytes = 0;
  for (const character of text) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > txtChunkBytes) {
      chunks.push(chunk);
      chunk = '';
      bytes = 0;
    }
    chunk += character;
    bytes += size;
  }
  chunks.push(chunk);
  return chunks.map((each) => `"${each.replace(/["\\]/g, '\\$&')}"`).join(' ');
}
