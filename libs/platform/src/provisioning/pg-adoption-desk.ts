import { AdoptionDesk, type FoundAccount, type ModuleCatalog, type Sealer, type WantedAdoption } from '@hostwright/core';
import { PanelError, type Fields, type JsonObject, type ProvisioningModule } from '@hostwright/sdk';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/index.js';
import { validateProperties } from '../fields/index.js';
import { recordAudit } from '../stores/index.js';
import { askServer, type ServerAsking } from './ask-server.js';
import { withoutSecrets } from './job-rows.js';
import { loadProduct, type ProductFacts } from './product-facts.js';
import { checkedAccounts, checkedAdoption, type CheckedAdoption } from './remote-answers.js';

export interface AdoptionPorts extends ServerAsking {
  readonly pool: Pool;
  readonly catalog: ModuleCatalog;
  readonly sealer: Sealer;
}

/** Adoption: the provider is read first, then everything of the service comes in one transaction. */
export class PgAdoptionDesk extends AdoptionDesk {
  constructor(private readonly ports: AdoptionPorts) {
    super();
  }

  async accounts(serverId: string): Promise<readonly FoundAccount[]> {
    requireId(serverId);
    const asked = { serverId, read: 'listAccounts', interactive: true, timeoutMs: listTimeoutMs } as const;
    const { answer, extension } = await askServer(this.ports, asked);
    const accounts = checkedAccounts(answer, extension);
    const { rows } = await this.ports.pool.query<{ remoteId: string; serviceId: string }>(
      `SELECT c.remote_id AS "remoteId", c.service_id AS "serviceId" FROM service_component c JOIN service s ON s.id = c.service_id
       WHERE c.server_id = $1 AND c.remote_id IS NOT NULL AND s.state NOT IN ('terminated', 'cancelled')`,
      [serverId],
    );
    const services = new Map(rows.map(({ remoteId, serviceId }) => [remoteId, serviceId]));
    return accounts.map((account) => ({ ...account, serviceId: services.get(account.remoteId) ?? null }));
  }

  async adopt(wanted: WantedAdoption): Promise<{ readonly serviceId: string }> {
    const { serverId, remoteId } = wanted;
    requireId(serverId);
    if (!/^[^\p{Cc}\p{Surrogate}]{1,255}$/u.test(remoteId)) throw new PanelError('not_found', 'there is nothing of that remote id');
    const { pool } = this.ports;
    const product = await loadProduct(pool, wanted.productCode);
    const [component, ...others] = product.components;
    const { record } = await this.ports.modules.find({ kind: 'provisioning', serverId });
    if (others.length > 0 || component?.extension !== record.extension)
      throw new PanelError('conflict', `product '${product.code}' is not one component of '${record.extension}'`, { field: 'product' });
    const asked = { serverId, read: 'adopt', interactive: true, timeoutMs: readTimeoutMs } as const;
    const { answer, extension, module } = await askServer(this.ports, asked, { product: component.settings, remoteId });
    const found = checkedAdoption(answer, extension);
    if (found.owner !== undefined)
      throw new PanelError('conflict', `'${remoteId}' bears the owner mark ${found.owner}, so it is somebody's already`);
    const checked = this.checked(found, module, wanted.order, extension);
    return inTransaction(pool, (client) => this.insert(client, { ...wanted, ...checked, state: found.state, proof: found.proof, product }));
  }

  /** What the service is made with. Throws `invalid_input` for the order; a plain `Error` when the module has a bug. */
  private checked(found: CheckedAdoption, module: ProvisioningModule, order: JsonObject, extension: string) {
    const values = this.ports.catalog.check(module.order as Fields, { ...found.order, ...order }, 'order');
    try {
      const properties = validateProperties(module.properties as Fields, found.properties, { path: 'properties' }) as unknown as JsonObject;
      return { values, properties };
    } catch (error) {
      throw new Error(`'${extension}' left properties that it did not declare`, { cause: error });
    }
  }

  private async insert(client: PoolClient, one: Insertion): Promise<{ readonly serviceId: string }> {
    const { serverId, remoteId, product, properties, values, state, requestedBy } = one;
    const [component] = product.components;
    // One at a time on a server: what another caller has just adopted is seen only by a statement that comes after this.
    const { rowCount } = await client.query(`SELECT 1 FROM server WHERE id = $1 FOR NO KEY UPDATE`, [serverId]);
    if (rowCount === 0) throw new PanelError('not_found', `there is no server ${serverId}`);
    await requireNobodys(client, one);
    const { rows: customers } = await client.query<{ id: string }>(
      `INSERT INTO customer (email, name) VALUES ($1, $2) ON CONFLICT (lower(email)) DO UPDATE SET email = customer.email RETURNING id`,
      [one.customerEmail, one.customerName ?? ''],
    );
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO service (product_id, customer_id, order_values, state, desired_state, state_since) VALUES ($1, $2, $3, $4, $4, now()) RETURNING id`,
      [product.id, customers[0]!.id, JSON.stringify(values), state],
    );
    const serviceId = rows[0]!.id;
    const { name, extension, settings, connections, site } = component!;
    const sealed = this.ports.sealer.seal(properties, `service/${serviceId}/${name}`);
    await client.query(
      `INSERT INTO service_component (service_id, name, extension, server_id, settings, connections, remote_id, properties, site) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        serviceId,
        name,
        extension,
        serverId,
        JSON.stringify(settings),
        JSON.stringify(connections),
        remoteId,
        JSON.stringify(sealed),
        site && JSON.stringify(site),
      ],
    );
    await recordAudit(client, {
      actor: requestedBy,
      action: 'service.adopted',
      subject: `service:${serviceId}`,
      details: { serverId, remoteId, product: product.code, properties: withoutSecrets(properties) },
    });
    return { serviceId };
  }
}

type Insertion = WantedAdoption & {
  readonly product: ProductFacts;
  readonly values: JsonObject;
  readonly properties: JsonObject;
  readonly state: 'active' | 'suspended';
  readonly proof: JsonObject | undefined;
};

const readTimeoutMs = 20_000;
const listTimeoutMs = 60_000;

function requireId(serverId: string): void {
  if (!/^\d{1,18}$/.test(serverId)) throw new PanelError('not_found', `there is no server ${serverId}`);
}

/** Throws `conflict` when a living service has it, by whatever server, or its name is held for one that is being made. */
async function requireNobodys(client: PoolClient, { serverId, remoteId, product, proof }: Insertion): Promise<void> {
  const { rows } = await client.query<{ service_id: string }>(
    `SELECT c.service_id FROM service_component c JOIN service s ON s.id = c.service_id
       WHERE c.remote_id = $2 AND (c.server_id = $1 OR (c.extension = $3 AND c.properties @> $4::jsonb)) AND s.state NOT IN ('terminated', 'cancelled')
     UNION ALL
     SELECT r.service_id FROM reservation r JOIN service_component c ON c.service_id = r.service_id AND c.name = r.component
       WHERE r.value = $2 AND r.free_at IS NULL AND c.server_id = $1
     LIMIT 1`,
    [serverId, remoteId, product.components[0]?.extension, proof === undefined ? null : JSON.stringify(proof)],
  );
  if (rows[0]) throw new PanelError('conflict', `'${remoteId}' is service ${rows[0].service_id}'s`);
}
