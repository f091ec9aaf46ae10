import type { ServiceState } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import type pg from 'pg';

/** Whom a mail is for. */
export interface Addressee {
  readonly customerId: string;
  readonly email: string;
  readonly name: string;
  /**
   * What the address can do here: `none`: there is no account; `new`: the customer's, who never logged in; `used`: who has; `closed`: it is
   * disabled, or somebody else's.
   */
  readonly account: 'none' | 'new' | 'used' | 'closed';
}

/** Who has an address, and whether they have an account to get into. */
export interface AccountFacts {
  /** Null: a customer's who has none. */
  readonly accountId: string | null;
  /** Null for staff. */
  readonly customerId: string | null;
  readonly email: string;
  readonly name: string;
  readonly disabled: boolean;
}

/** What a mail about a service can tell. */
export interface ServiceFacts extends Addressee {
  readonly serviceId: string;
  readonly state: ServiceState;
  readonly externalSource: string | null;
  readonly product: string;
  /** What the job was to make after the hand-over waits for a person. */
  readonly partsMissing: boolean;
  /** When its customer was told that it takes longer. */
  readonly delayToldAt: Date | null;
  readonly components: readonly { readonly name: string; readonly extension: string; readonly properties: JsonObject }[];
  readonly domain: {
    readonly name: string;
    readonly state: string;
    readonly waits: boolean;
    readonly token: string;
    readonly verified: boolean;
    readonly addresses: readonly string[];
    readonly nameServers: readonly string[];
  } | null;
}

const addressee = `c.id AS "customerId", c.email, c.name, coalesce((
    SELECT CASE WHEN a.customer_id IS DISTINCT FROM c.id OR a.disabled_at IS NOT NULL THEN 'closed' WHEN a.last_login_at IS NULL THEN 'new' ELSE 'used' END
    FROM account a WHERE lower(a.email) = lower(c.email)), 'none') AS account`;

const accounts = `SELECT a.id AS "accountId", a.customer_id AS "customerId", a.email, coalesce(c.name, '') AS name,
    a.disabled_at IS NOT NULL AS disabled FROM account a LEFT JOIN customer c ON c.id = a.customer_id`;

/** Reads what mails tell. */
export class MailFacts {
  constructor(private readonly pool: pg.Pool) {}

  /** `about`: the domain, by its id or the job that adds it; the job whose parts are missing. */
  async ofService(serviceId: string, about: { readonly domainId?: string; readonly jobId?: string }): Promise<ServiceFacts | undefined> {
    const { rows } = await this.pool.query<ServiceFacts>({
      name: 'mail-service',
      text: `SELECT s.id AS "serviceId", s.state, s.external_source AS "externalSource", p.name AS product, s.delay_told_at AS "delayToldAt", ${addressee},
        EXISTS (SELECT FROM operator_task t JOIN provisioning_job j ON j.id = t.job_id
          WHERE t.job_id = $3 AND t.state = 'open' AND j.handed_over) AS "partsMissing",
        coalesce((SELECT json_agg(json_build_object('name', o.name, 'extension', o.extension, 'properties', o.properties) ORDER BY o.name)
          FROM service_component o WHERE o.service_id = s.id), '[]') AS components,
        (SELECT json_build_object('name', d.name, 'state', d.state, 'waits', d.look_at IS NOT NULL, 'token', d.token,
            'verified', d.verified_by IS NOT NULL, 'addresses', d.addresses, 'nameServers', d.name_servers)
          FROM domain d WHERE d.service_id = s.id AND (d.id = $2 OR ($2::bigint IS NULL AND d.add_job_id = $3))) AS domain
        FROM service s JOIN product p ON p.id = s.product_id JOIN customer c ON c.id = s.customer_id WHERE s.id = $1`,
      values: [serviceId, about.domainId ?? null, about.jobId ?? null],
    });
    return rows[0];
  }

  async delayTold(serviceId: string): Promise<void> {
    await this.pool.query(`UPDATE service SET delay_told_at = now() WHERE id = $1`, [serviceId]);
  }

  /** An account before a customer. */
  async ofAddress(email: string): Promise<AccountFacts | undefined> {
    const { rows } = await this.pool.query<AccountFacts>(
      `${accounts} WHERE lower(a.email) = lower($1)
       UNION ALL SELECT NULL, c.id, c.email, c.name, false FROM customer c WHERE lower(c.email) = lower($1)
       ORDER BY "accountId" NULLS LAST LIMIT 1`,
      [email],
    );
    return rows[0];
  }

  async ofAccount(accountId: string): Promise<AccountFacts | undefined> {
    const { rows } = await this.pool.query<AccountFacts>(`${accounts} WHERE a.id = $1`, [accountId]);
    return rows[0];
  }

  async ofCustomer(customerId: string): Promise<Addressee | undefined> {
    const { rows } = await this.pool.query<Addressee>(`SELECT ${addressee} FROM customer c WHERE c.id = $1`, [customerId]);
    return rows[0];
  }
}
