import type { Run } from '../api/index.js';

export const runKindLabels: Readonly<Record<Run['kind'], string>> = { reconcile: 'Comparison', usage: 'Collection of usage' };

export const isUnderWay = ({ state }: Pick<Run, 'state'>): boolean => state === 'pending' || state === 'running';

/** What a run counted, on a line: `Accounts 12, Orphans 1`. */
export function countsText(counts: object, wordsOf: (name: string) => string): string {
  const told = Object.entries(counts as Record<string, unknown>).map(([name, count]) => `${wordsOf(name)} ${String(count)}`);
  return told.join(', ') || '–';
}
