import type { LedgerEntry } from '../sandbox.js';

/** One value of one name, as `ctx.resolve` answers it. The name in lower case, without a dot at its end. */
export interface StandingRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/**
 * The records that stand at providers of DNS, from the `dns-record` entries of their ledgers: what a public name server would say now.
 * `details` hold `zone`, `name`, `type` and `content` or `data`; where the zone ends with a dot, names without one are within it, as in a zone file.
 */
export function standingRecords(ledger: readonly LedgerEntry[]): readonly StandingRecord[] {
  return ledger.flatMap(({ kind, details = {} }): StandingRecord[] => {
    if (kind !== 'dns-record') return [];
    const { zone, name, type, content = details['data'] } = details;
    if (typeof zone !== 'string' || typeof name !== 'string' || typeof type !== 'string' || typeof content !== 'string') return [];
    return [{ name: plain(wholeName(name, zone)), type, value: valueOf(type, content) }];
  });
}

function wholeName(name: string, zone: string): string {
  if (!zone.endsWith('.') || name.endsWith('.')) return name;
  return name === '' ? zone : `${name}.${zone}`;
}

function valueOf(type: string, content: string): string {
  if (type === 'CNAME' || type === 'NS') return plain(content);
  // As in a zone file: strings in quotes, one after the other.
  const isQuoted = type === 'TXT' && /^\s*"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*\s*$/s.test(content);
  if (!isQuoted) return content;
  return [...content.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text]) => text!.replace(/\\(.)/gs, '$1')).join('');
}

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');
