import { X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { FieldType } from '@hostwright/sdk';

/** What the values of one kind of field look like, besides being text. */
export interface TextFormat {
  /** Name in the JSON Schema. */
  readonly format: string;
  readonly maxLength: number;
  /** The rule as a message says it: "must be …". */
  readonly rule: string;
  readonly test: (value: string) => boolean;
}

type TextType = Exclude<FieldType, 'integer' | 'boolean' | 'choice'>;

const singleLine = (value: string) => !/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(value) && !/\p{Surrogate}/u.test(value);
// PostgreSQL stores neither zero bytes nor halves of surrogate pairs.
const severalLines = (value: string) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value) && !/\p{Surrogate}/u.test(value);

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostname = new RegExp(`^${label}(?:\\.${label})*$`, 'i');
const emailLocal = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;

export const textFormats: Readonly<Record<TextType, TextFormat>> = {
  text: { format: 'single-line', maxLength: 1024, rule: 'must be one line without control characters', test: singleLine },
  multiline: { format: 'multi-line', maxLength: 65_536, rule: 'must be text without control characters', test: severalLines },
  secret: { format: 'secret-line', maxLength: 4096, rule: 'must be one line without control characters', test: singleLine },
  email: { format: 'email', maxLength: 254, rule: 'must be an e-mail address', test: isEmail },
  hostname: {
    format: 'hostname',
    maxLength: 253,
    rule: 'must be a host name',
    test: (value) => value.length <= 253 && hostname.test(value),
  },
  url: { format: 'http-url', maxLength: 2048, rule: 'must be an http or https address without user name or password', test: isHttpUrl },
  ipv4: { format: 'ipv4', maxLength: 15, rule: 'must be an IPv4 address', test: (value) => isIPv4(value) },
  'ipv4-range': {
    format: 'ipv4-range',
    maxLength: 31,
    rule: 'must be two IPv4 addresses, as in 192.0.2.10-192.0.2.99, the first not above the second',
    test: isIpv4Range,
  },
  'integer-range': {
    format: 'integer-range',
    maxLength: 33,
    rule: 'must be two whole numbers, as in 900-999, the first not above the second',
    test: isIntegerRange,
  },
  'ssh-host-key': {
    format: 'ssh-host-key',
    maxLength: 1024,
    rule: 'must be OpenSSH fingerprints, SHA256: and 43 characters each, separated by spaces',
    test: isHostKey,
  },
  'tls-fingerprint': {
    format: 'tls-fingerprint',
    maxLength: 95,
    rule: "must be a certificate's SHA-256, 64 hexadecimal digits, colons allowed",
    test: isFingerprint,
  },
  'tls-authority': { format: 'tls-authority', maxLength: 65_536, rule: 'must be one or more PEM certificates', test: isAuthority },
};

/** A secret of several lines, such as a private key. */
export const secretLines: TextFormat = { ...textFormats.multiline, format: 'secret-lines' };

function isEmail(value: string): boolean {
  const at = value.lastIndexOf('@');
  return at > 0 && at <= 64 && emailLocal.test(value.slice(0, at)) && hostname.test(value.slice(at + 1)) && value.slice(at).includes('.');
}

function isHttpUrl(value: string): boolean {
  if (!/^https?:\/\/[^\s\\]+$/i.test(value) || !singleLine(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.username === '' && url.password === '' && !/^https?:\/\/[^/?#]*@/i.test(value);
}

function isIpv4Range(value: string): boolean {
  const [first, last, ...more] = value.split('-');
  return more.length === 0 && isIPv4(first ?? '') && isIPv4(last ?? '') && numberOf(first as string) <= numberOf(last as string);
}

function numberOf(ipv4: string): number {
  return ipv4.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function isIntegerRange(value: string): boolean {
  const [, first, last] = /^(0|[1-9]\d{0,15})-(0|[1-9]\d{0,15})$/.exec(value) ?? [];
  return first !== undefined && Number.isSafeInteger(Number(last)) && Number(first) <= Number(last);
}

function isHostKey(value: string): boolean {
  return /^SHA256:[A-Za-z0-9+/]{43}(?: +SHA256:[A-Za-z0-9+/]{43})*$/.test(value);
}

function isFingerprint(value: string): boolean {
  return /^[0-9A-Fa-f]{64}$/.test(value) || /^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31}$/.test(value);
}

function isAuthority(value: string): boolean {
  const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
  const certificates = value.match(block) ?? [];
  // Anything between them, a private key above all, has no business there.
  if (certificates.length === 0 || value.replace(block, '').trim() !== '') return false;
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    return true;
  } catch {
    return false;
  }
}
