import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database/index.js';
import { isSameDatabase, keepIdentity } from './database-identity.js';
import { lockRestorations, openRestoration } from './open-restoration.js';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
const length = 8;

/**
 * The id of this installation, drawn once: it is part of the mark on everything we make at a provider, so two panels on one provider
 * tell their things apart. Call it before anything else is done with the database: one that was restored is held from then on.
 */
export async function ensureInstallation(pool: pg.Pool): Promise<string> {
  const drawn = Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
  await pool.query('INSERT INTO installation (id) VALUES ($1) ON CONFLICT DO NOTHING', [drawn]);
  await noticeRestoration(pool);
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM installation');
  const [row] = rows;
  if (!row) throw new Error('the installation has no row although it was just written');
  return row.id;
}

/** As `RestorationStore.notice`. */
export async function noticeRestoration(pool: pg.Pool): Promise<boolean> {
  if (await isSameDatabase(pool)) return false;
  return inTransaction(pool, async (client) => {
    await lockRestorations(client);
    const same = await isSameDatabase(client); // another process may have been faster
    if (same) return false;
    if (same === false) await openRestoration(client, 'database');
    await keepIdentity(client);
    return same === false;
  });
}
