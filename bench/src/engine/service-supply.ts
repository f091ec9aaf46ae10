import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';

/** A component of the services, and the server that it is on. */
export interface SuppliedPart {
  readonly name: string;
  readonly extension: string;
  /** Of the server, nothing secret among them. */
  readonly settings?: JsonObject;
}

/** A job needs a service of its own. They are made beforehand, so that the figures are the engine's and not an order's. */
export class ServiceSupply {
  private ready: string[] = [];

  private constructor(
    private readonly pool: Pool,
    private readonly parts: readonly SuppliedPart[],
    private readonly serverIds: readonly string[],
    private readonly productId: string,
    private readonly customerId: string,
  ) {}

  static async open(pool: Pool, parts: readonly SuppliedPart[]): Promise<ServiceSupply> {
    const name = `bench-${randomBytes(4).toString('hex')}`;
    const one = async (text: string, ...values: string[]): Promise<string> =>
      (await pool.query<{ id: string }>(text, [name, ...values])).rows[0]!.id;
    const serverIds: string[] = [];
    for (const { name: part, extension, settings = {} } of parts) {
      serverIds.push(
        await one(
          `INSERT INTO server (name, extension, kind, settings) VALUES ($1 || ' ' || $2, $3, 'provisioning', $4) RETURNING id`,
          part,
          extension,
          JSON.stringify(settings),
        ),
      );
    }
    return new ServiceSupply(
      pool,
      parts,
      serverIds,
      await one(`INSERT INTO product (code, name) VALUES ($1, $1) RETURNING id`),
      await one(`INSERT INTO customer (email) VALUES ($1 || '@example.com') RETURNING id`),
    );
  }

  /** Id of the server of that component. */
  serverOf(part: string): string {
    const id = this.serverIds[this.parts.findIndex(({ name }) => name === part)];
    if (id === undefined) throw new Error(`there is no component '${part}'`);
    return id;
  }

  /** Sees to it that at least so many are there. */
  async fill(count: number): Promise<void> {
    const missing = count - this.ready.length;
    if (missing <= 0) return;
    const { rows } = await this.pool.query<{ id: string }>(
      `WITH s AS (INSERT INTO service (product_id, customer_id) SELECT $1, $2 FROM generate_series(1, $3::int) RETURNING id),
       c AS (INSERT INTO service_component (service_id, name, extension, server_id, settings, connections)
         SELECT s.id, p.name, p.extension, p.server_id, '{}', '{}' FROM s CROSS JOIN unnest($4::text[], $5::text[], $6::bigint[]) AS p (name, extension, server_id))
       SELECT id FROM s`,
      [
        this.productId,
        this.customerId,
        missing,
        this.parts.map(({ name }) => name),
        this.parts.map(({ extension }) => extension),
        this.serverIds,
      ],
    );
    this.ready.push(...rows.map(({ id }) => id));
  }

  async take(): Promise<string> {
    if (this.ready.length === 0) await this.fill(2_000);
    return this.ready.pop()!;
  }
}
