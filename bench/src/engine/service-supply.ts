import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';

/** A job needs a service of its own. They are made beforehand, so that the figures are the engine's and not an order's. */
export class ServiceSupply {
  private ready: string[] = [];

  private constructor(
    private readonly pool: Pool,
    private readonly extension: string,
    readonly serverId: string,
    private readonly productId: string,
    private readonly customerId: string,
  ) {}

  static async open(pool: Pool, extension: string): Promise<ServiceSupply> {
    const name = `${extension}-${randomBytes(4).toString('hex')}`;
    const one = async (text: string, ...values: string[]): Promise<string> =>
      (await pool.query<{ id: string }>(text, [name, ...values])).rows[0]!.id;
    return new ServiceSupply(
      pool,
      extension,
      await one(`INSERT INTO server (name, extension, kind, settings) VALUES ($1, $2, 'provisioning', '{}') RETURNING id`, extension),
      await one(`INSERT INTO product (code, name) VALUES ($1, $1) RETURNING id`),
      await one(`INSERT INTO customer (email) VALUES ($1 || '@example.com') RETURNING id`),
    );
  }

  /** Sees to it that at least so many are there. */
  async fill(count: number): Promise<void> {
    const missing = count - this.ready.length;
    if (missing <= 0) return;
    const { rows } = await this.pool.query<{ service_id: string }>(
      `WITH s AS (INSERT INTO service (product_id, customer_id) SELECT $1, $2 FROM generate_series(1, $3::int) RETURNING id)
       INSERT INTO service_component (service_id, name, extension, server_id, settings, connections)
       SELECT id, 'site', $4, $5, '{}', '{}' FROM s RETURNING service_id`,
      [this.productId, this.customerId, missing, this.extension, this.serverId],
    );
    this.ready.push(...rows.map((row) => row.service_id));
  }

  async take(): Promise<string> {
    if (this.ready.length === 0) await this.fill(2_000);
    return this.ready.pop()!;
  }
}
