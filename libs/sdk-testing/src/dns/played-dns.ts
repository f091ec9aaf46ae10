import type { DnsRecordInput, DnsRecordRemoval, SubOperation } from '@hostwright/sdk';
import type { NameServer } from './name-server.js';

/** The connected dns module, played: what it is asked for stands at a name server from then on. */
export interface PlayedDns {
  /** For `RunOptions.answer`. Adds a value beside those there are, and removes its own only; calls of other modules change nothing. */
  readonly answer: (call: SubOperation<unknown>) => undefined;
  /** Name → contents of the records that stand. */
  readonly zone: ReadonlyMap<string, readonly string[]>;
}

export function playedDns(names: NameServer): PlayedDns {
  const zone = new Map<string, readonly string[]>();
  return {
    zone,
    answer({ kind, operation, input }) {
      if (kind !== 'dns' || (operation !== 'ensureRecord' && operation !== 'removeRecord')) return;
      const { name, type, content } = input as DnsRecordInput & DnsRecordRemoval;
      const others = (zone.get(name) ?? []).filter((value) => value !== content);
      const standing = operation === 'ensureRecord' ? [...others, content] : others;
      if (standing.length === 0) zone.delete(name);
      else zone.set(name, standing);
      names.set(name, type, standing);
    },
  };
}
