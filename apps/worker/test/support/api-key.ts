import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

/** Whoever shows this key may do what the scopes say. */
export async function grantApiKey(pool: Pool, apiKey: string, scopes: readonly string[]): Promise<void> {
  await pool.query(`INSERT INTO api_key (name, prefix, key_hash, scopes, created_by) VALUES ('test', $1, $2, $3, 'test')`, [
    apiKey.slice(4, 16),
    createHash('sha256').update(apiKey).digest('hex'),
    scopes,
  ]);
}
