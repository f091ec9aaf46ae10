import { PanelError } from '@hostwright/sdk';
import type { Snapshot } from './answers.js';
import { plans, type ProductConfig } from './config.js';

/** The snapshot of the site as it was delivered. It is none of the customer's backups. */
export const firstSnapshot = 'initial';

/** What a customer's backup is called: the day, and a number that counts up within it. */
export const backupPattern = '^BAK\\d{8}-[1-9]\\d{0,4}$';

const named = new RegExp(backupPattern);

export interface Backup {
  readonly name: string;
  /** ISO 8601; absent where the provider does not say. */
  readonly createdAt?: string;
  /** False while it is being made or removed. */
  readonly complete: boolean;
}

/** The customer's backups among the snapshots, the newest first. */
export function backupsOf(snapshots: readonly Snapshot[]): readonly Backup[] {
  return snapshots
    .filter(({ name }) => named.test(name))
    .sort((a, b) => (b.time ?? 0) - (a.time ?? 0) || numberOf(b.name) - numberOf(a.name))
    .map(({ name, state, time }) => ({
      name,
      complete: state === undefined,
      ...(time === undefined ? {} : { createdAt: new Date(time * 1000).toISOString() }),
    }));
}

/**
 * The name of the next backup: `BAK25112026-1` for the first of 25 November 2026. No name is given twice, or whoever kept that of a backup
 * which was deleted would go back to another.
 * @param now ISO 8601, in UTC
 * @param last the name that was given last, also of one that was deleted since
 * Throws: `conflict` when the plan allows no more.
 */
export function nextBackup(existing: readonly Backup[], plan: ProductConfig['plan'], now: string, last?: string): string {
  const { backups: most } = plans[plan];
  if (existing.length >= most) {
    throw new PanelError('conflict', `all ${most} backups of the plan ${plan} are in use; delete one to make room`);
  }
  const [year, month, day] = now.slice(0, 10).split('-');
  const today = `BAK${day}${month}${year}-`;
  const given = [...existing.map(({ name }) => name), ...(last === undefined ? [] : [last])];
  const numbers = given.filter((name) => name.startsWith(today)).map(numberOf);
  return `${today}${Math.max(0, ...numbers) + 1}`;
}

function numberOf(name: string): number {
  return Number(name.slice(name.indexOf('-') + 1));
}
