import { createHmac, type KeyObject } from 'node:crypto';
import { hashOfLinkToken, linkHours, OneTimeLinkStore, type Account, type LinkHolder, type OneTimeLink } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import type pg from 'pg';
import { inTransaction } from '../database/index.js';

/** Links that are over are told apart from unknown ones this long. */
const keptDays = 90;

const account = `id, email, password_hash AS "passwordHash", role, customer_id AS "customerId", created_at AS "createdAt",
  last_login_at AS "lastLoginAt", disabled_at AS "disabledAt", tokens_valid_from AS "tokensValidFrom"`;

const ofAccount = `
  UPDATE account SET password_hash = $2, tokens_valid_from = now(), last_login_at = now() WHERE id = $1 AND disabled_at IS NULL
  RETURNING ${account}`;

/** The account of a customer, made if there is none. */
const ofCustomer = `
  INSERT INTO account AS a (email, password_hash, role, customer_id, last_login_at)
  SELECT c.email, $2, 'customer', c.id, now() FROM customer c WHERE c.id = $1
  ON CONFLICT (lower(email)) DO UPDATE SET password_hash = excluded.password_hash, tokens_valid_from = now(), last_login_at = now()
    WHERE a.customer_id = excluded.customer_id AND a.disabled_at IS NULL
  RETURNING ${account}`;

interface Holder {
  readonly customerId: string | null;
  readonly accountId: string | null;
  /** Whose account it is, of a customer's. */
  readonly person: string | null;
}

/** Links in the table `one_time_link`, which has the hashes of their tokens only. */
export class PgOneTimeLinks extends OneTimeLinkStore {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  async find(tokenHash: string): Promise<OneTimeLink | undefined> {
    const { rows } = await this.pool.query<OneTimeLink>(
      `SELECT l.id, l.customer_id AS "customerId", l.account_id AS "accountId", coalesce(a.email, c.email) AS email,
         CASE WHEN l.used_at IS NOT NULL THEN 'used' WHEN l.expires_at <= now() THEN 'expired' ELSE 'open' END AS state
       FROM one_time_link l LEFT JOIN customer c ON c.id = l.customer_id LEFT JOIN account a ON a.id = l.account_id WHERE l.token_hash = $1`,
      [tokenHash],
    );
    return rows[0];
  }

  async setPassword(tokenHash: string, passwordHash: string): Promise<Account | undefined> {
    return inTransaction(this.pool, async (db) => {
      const holder = await this.lockHolder(db, tokenHash);
      if (!holder) return undefined;
      const { rowCount } = await db.query(
        `UPDATE one_time_link SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()`,
        [tokenHash],
      );
      if (rowCount === 0) return undefined;
      const [text, id] = holder.accountId === null ? [ofCustomer, holder.customerId] : [ofAccount, holder.accountId];
      const { rows } = await db.query<Account>(text, [id, passwordHash]);
      const [opened] = rows;
      if (!opened) throw new PanelError('conflict', 'no account can be opened with this link: it is disabled, or the address is taken');
      await db.query(`UPDATE one_time_link SET used_at = now() WHERE used_at IS NULL AND (account_id = $1 OR customer_id = $2)`, [
        opened.id,
        opened.customerId,
      ]);
      return opened;
    });
  }

  /** One of a person's links after the other: each use touches all of them. */
  private async lockHolder(db: pg.PoolClient, tokenHash: string): Promise<Holder | undefined> {
    const { rows } = await db.query<Holder>(
      `SELECT l.customer_id AS "customerId", l.account_id AS "accountId", coalesce(l.customer_id, a.customer_id) AS person
       FROM one_time_link l LEFT JOIN account a ON a.id = l.account_id WHERE l.token_hash = $1`,
      [tokenHash],
    );
    const [holder] = rows;
    if (holder?.person) await db.query(`SELECT 1 FROM customer WHERE id = $1 FOR UPDATE`, [holder.person]);
    else if (holder) await db.query(`SELECT 1 FROM account WHERE id = $1 FOR UPDATE`, [holder.accountId]);
    return holder;
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
   * `hours` from now. Undefined when it was used: then the mail has arrived.
   */
  async open(holder: LinkHolder, taskId: string, hours = linkHours): Promise<string | undefined> {
    const [customerId, accountId] = 'customerId' in holder ? [holder.customerId, null] : [null, holder.accountId];
    const to = accountId === null ? `customer ${customerId}` : `account ${accountId}`;
    const token = createHmac('sha256', this.key).update(`mail ${taskId} to ${to}`).digest('base64url');
    const { rowCount } = await this.pool.query(
      `INSERT INTO one_time_link (token_hash, purpose, customer_id, account_id, expires_at)
       VALUES ($1, 'set_password', $2, $3, now() + $4 * interval '1 hour')
       ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at WHERE one_time_link.used_at IS NULL`,
      [hashOfLinkToken(token), customerId, accountId, hours],
    );
    return rowCount === 0 ? undefined : token;
  }

  async forget(): Promise<void> {
    await this.pool.query(`DELETE FROM one_time_link WHERE expires_at < now() - $1 * interval '1 day'`, [keptDays]);
  }
}
