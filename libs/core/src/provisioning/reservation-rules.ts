import { PanelError, type CodeReservation } from '@hostwright/sdk';

const reservedLabels = new Set([
  'www',
  'mail',
  'smtp',
  'imap',
  'pop',
  'ftp',
  'ns',
  'ns1',
  'ns2',
  'admin',
  'api',
  'panel',
  'root',
  'webmail',
  'autodiscover',
  'autoconfig',
  'localhost',
]);
const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const secretAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** The DNS label a text gives: what stands before an `@`, in lower case, letters, digits and inner hyphens only, at most 40 characters. */
export function labelOf(text: string): string {
  const local = text.split('@')[0] ?? '';
  const plain = local
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '')
    .replace(/-+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'site' : plain;
}

/** What is tried in turn for a label: itself unless it is a name that hosts need for themselves, then with random suffixes. */
export function* labelCandidates(text: string, randomInteger: (below: number) => number): Generator<string> {
  const base = labelOf(text);
  if (!reservedLabels.has(base)) yield base;
  for (let tries = 0; tries < 20; tries += 1) yield `${base}-${pick(alphabet, 4, randomInteger)}`;
}

export function randomSecret(length: number, randomInteger: (below: number) => number): string {
  return pick(secretAlphabet, length, randomInteger);
}

export function randomCode({ prefix, length, alphabet }: CodeReservation, randomInteger: (below: number) => number): string {
  return prefix + pick(alphabet, length, randomInteger);
}

function pick(from: string, length: number, randomInteger: (below: number) => number): string {
  return Array.from({ length }, () => from[randomInteger(from.length)]).join('');
}

/** Both bounds of `900-999`. Throws `invalid_config`. */
export function integerRange(field: string, value: unknown): readonly [number, number] {
  const match = typeof value === 'string' ? /^(\d{1,15})-(\d{1,15})$/.exec(value) : null;
  const from = Number(match?.[1]);
  const to = Number(match?.[2]);
  if (!match || from > to) throw new PanelError('invalid_config', `the server's '${field}' is not a range such as 900-999`, { field });
  return [from, to];
}

/** Both bounds of `192.0.2.10-192.0.2.99` as numbers. Throws `invalid_config`. */
export function ipv4Range(field: string, value: unknown): readonly [number, number] {
  const [first, last] = typeof value === 'string' ? value.split('-') : [];
  const from = ipv4ToNumber(first ?? '');
  const to = ipv4ToNumber(last ?? '');
  if (from === undefined || to === undefined || from > to) {
    throw new PanelError('invalid_config', `the server's '${field}' is not a range such as 192.0.2.10-192.0.2.99`, { field });
  }
  return [from, to];
}

/** Undefined for what is no address. */
export function ipv4ToNumber(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text.trim());
  const parts = match?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function numberToIpv4(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
