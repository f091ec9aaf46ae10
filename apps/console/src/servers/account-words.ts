import type { FoundAccount } from '../api/index.js';

/** Whose an account at a provider is. */
export type Belonging = 'free' | 'ours' | 'marked';

export const belongingLabels: Readonly<Record<Belonging, string>> = {
  free: 'Of no service',
  ours: 'Of a service',
  marked: 'Marked by a panel',
};

/** One that bears a mark without a service of ours belongs to another panel, or to what this one has lost: findings tell of those. */
export function belongingOf({ serviceId, owner }: Pick<FoundAccount, 'serviceId' | 'owner'>): Belonging {
  if (serviceId !== null) return 'ours';
  return owner === null ? 'free' : 'marked';
}

/** How many there are of each. */
export function countOf(accounts: readonly FoundAccount[]): Readonly<Record<Belonging, number>> {
  const counts = { free: 0, ours: 0, marked: 0 };
  for (const account of accounts) counts[belongingOf(account)] += 1;
  return counts;
}

/** Those of one kind whose name, id or package holds what is looked for, by name. */
export function accountsShown(accounts: readonly FoundAccount[], belonging: Belonging, wanted: string): FoundAccount[] {
  const text = wanted.trim().toLowerCase();
  return accounts
    .filter((account) => belongingOf(account) === belonging)
    .filter(({ name, remoteId, package: plan }) => [name, remoteId, plan ?? ''].some((part) => part.toLowerCase().includes(text)))
    .toSorted((one, other) => one.name.localeCompare(other.name) || one.remoteId.localeCompare(other.remoteId));
}
