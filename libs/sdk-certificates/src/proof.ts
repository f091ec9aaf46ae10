import type { ValidationRecord } from '@hostwright/sdk';
import { baseName } from './names.js';

/**
 * What has to stand in the DNS besides `records` for names that an authority does not ask about any more. It has validated them for an earlier
 * order of the same account, which may have been another customer's: it asks for a certificate, and never for whose. `once` is the order's own.
 */
export function proofs(names: readonly string[], records: readonly ValidationRecord[], once: string): readonly ValidationRecord[] {
  const asked = records.map(({ name }) => ownerOf(name));
  const open = [...new Set(names.map(baseName))].filter((name) => !asked.some((owner) => isWithin(name, owner)));
  return open
    .filter((name) => !open.some((other) => other !== name && isWithin(name, other)))
    .map((name) => ({ name: `_hostwright-challenge.${name}`, type: 'TXT', content: once }));
}

/** Whoever makes a record of that name has the name that it is about: without the labels that only records have. */
function ownerOf(record: string): string {
  return record.toLowerCase().replace(/^(?:_[^.]*\.)+/, '');
}

function isWithin(name: string, owner: string): boolean {
  return name === owner || name.endsWith(`.${owner}`);
}
