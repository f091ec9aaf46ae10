import { createHmac, type KeyObject } from 'node:crypto';
import { hashOfLinkToken, linkHours, OneTimeLinkStore, type Account, type OneTimeLink } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import type pg from 'pg';
import { inTransaction } from '../database/index.js';

/** Links that are over are told apart from unknown ones this long. */
const keptDays = 90;

/** All in one: the link is used up, its customer's others with it, and the account has the password. */
const setPassword = `
  WITH link AS (
    UPDATE one_time_link SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now() RETURNING id, customer_id
  ), others AS (
    UPDATE one_time_link o SET used_at = now() FROM link WHERE o.customer_id = link.customer_id AND o.id <> link.id AND o.used_at IS NULL
  ), account AS (
    INSERT INTO account AS a (email, password_hash, role, customer_id, last_login_at)
    SELECT c.email, $2, 'customer', c.id, now() FROM link JOIN customer c ON c.id = link.customer_id
    ON CONFLICT (lower(email)) DO UPDATE SET password_hash = excluded.password_hash, tokens_valid_from = now(), last_login_at = now()
      WHERE a.customer_id = excluded.customer_id AND a.disabled_at IS NULL
    RETURNING id, email, password_hash AS "passwordHash", role, customer_id AS "customerId", created_at AS "createdAt",
      last_login_at AS "lastLoginAt", disabled_at AS "disabledAt", tokens_valid_from AS "tokensValidFrom"
  )
  SELECT a.* FROM link LEFT JOIN account a ON true`;

/** Links in the table `one_time_link`, which has the hashes of their tokens only. */
export class PgOneTimeLinks extends OneTimeLinkStore {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  async find(tokenHash: string): Promise<OneTimeLink | undefined> {
    const { rows } = await this.pool.query<OneTimeLink>(
      `SELECT l.id, l.customer_id AS "customerId", c.email,
         CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.expires_at <= now() THEN 'expired' ELSE 'open' END AS state
       FROM one_time_link l JOIN customer c ON c.id = l.customer_id WHERE l.token_hash = $1`,
      [tokenHash],
    );
    return rows[0];
  }

  async setPassword(tokenHash: string, passwordHash: string): Promise<Account | undefined> {
    return inTransaction(this.pool, async (db) => {
      // One of a customer's links after the other: each use touches all of them.
      await db.query(`SELECT 1 FROM customer WHERE id = (SELECT customer_id FROM one_time_link WHERE token_hash = $1) FOR UPDATE`, [
        tokenHash,
      ]);
      const { rows } = await db.query<Account>(setPassword, [tokenHash, passwordHash]);
      if (rows[0] && rows[0].id === null)
        throw new PanelError('conflict', 'no account can be opened with this link: it is disabled, or the address is taken');
      return rows[0];
    });
  }
}

/** Makes the links that are in mails. */
export class LinkMaker {
  constructor(
    private readonly pool: pg.Pool,
    private readonly key: KeyObject,
  ) {}

  /**
   * The token for a mail: for the same mail the same, so that one which is sent again holds a link that still works. It works for
   * `linkHours` from now. Undefined when it was used: then the mail has arrived.
   */
  async open(customerId: string, taskId: string): Promise<string | undefined> {
    const token = createHmac('sha256', this.key).update(`mail ${taskId} to customer ${customerId}`).digest('base64url');
    const { rowCount } = await this.pool.query(
      `INSERT INTO one_time_link (token_hash, purpose, customer_id, expires_at) VALUES ($1, 'set_password', $2, now() + $3 * interval '1 hour')
       ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at WHERE one_time_link.used_at IS NULL`,
      [hashOfLinkToken(token), customerId, linkHours],
    );
    return rowCount === 0 ? undefined : token;
  }

  async forget(): Promise<void> {
    await this.pool.query(`DELETE FROM one_time_link WHERE expires_at < now() - $1 * interval '1 day'`, [keptDays]);
  }
}
