import { randomInt } from 'node:crypto';
import type { Queryable } from './pool.js';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const length = 8;

/**
 * The id of this installation, drawn once: it is part of the mark on everything we make at a provider, so two panels on one provider
 * tell their things apart.
 */
export async function ensureInstallation(db: Queryable): Promise<string> {
  const drawn = Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
  await db.query('INSERT INTO installation (id) VALUES ($1) ON CONFLICT DO NOTHING', [drawn]);
  const { rows } = await db.query<{ id: string }>('SELECT id FROM installation');
  const [row] = rows;
  if (!row) throw new Error('the installation has no row although it was just written');
  return row.id;
}
