import type { DeliveredResource } from './demo-config.js';
import type { LedgerLine } from './sandboxes.js';

/** Where what the providers hold differs from what a delivered site consists of: too few, too many, or not as it should be. */
export function differences(delivered: readonly DeliveredResource[], ledger: readonly LedgerLine[]): readonly string[] {
  const kinds = new Set(delivered.map(({ kind }) => kind));
  return [
    ...delivered.flatMap(({ kind, count, details }) => {
      const found = ledger.filter((line) => line.kind === kind);
      const wrong = found.flatMap((line) =>
        Object.entries(details)
          .filter(([name, value]) => JSON.stringify(line.details[name]) !== JSON.stringify(value))
          .map(([name, value]) => `${kind} ${line.id}: ${name} is ${JSON.stringify(line.details[name])}, not ${JSON.stringify(value)}`),
      );
      return found.length === count ? wrong : [`${kind}: ${found.length}, not ${count}`, ...wrong];
    }),
    ...ledger.filter(({ kind }) => !kinds.has(kind)).map(({ kind, id }) => `${kind} ${id} is there, and is no part of a site`),
  ];
}
