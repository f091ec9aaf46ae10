import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SealedSettings } from '@hostwright/core';
import type { OpenProvisioning } from '@hostwright/platform';
import type { JsonObject } from '@hostwright/sdk';
import type { InspectedSandbox, Sandbox } from '@hostwright/sdk-testing';
import type { Pool } from 'pg';
import { root } from '../processes/index.js';

export type Kind = 'provisioning' | 'dns' | 'proxy';

/** What the demo sells and on which servers. It is data, so nothing here names an extension. */
interface Shop {
  readonly servers: readonly { name: string; extension: string; kind: Kind; settings?: JsonObject }[];
  readonly products: readonly {
    code: string;
    components: readonly { name: string; extension: string; connections: Record<string, string>; settings: JsonObject }[];
  }[];
}

const shop = JSON.parse(readFileSync(join(root, 'config/demo.json'), 'utf8')) as Shop;
export const productCode = shop.products[0]!.code;

export type Providers = Readonly<Record<Kind, InspectedSandbox>>;

/** The sandbox of every server of the shop, within this process. */
export async function startProviders(speed: number): Promise<Providers> {
  const started = shop.servers.map(async ({ extension, kind }) => {
    const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`)) as { default: Sandbox };
    return [kind, (await sandbox.start({ speed })) as InspectedSandbox] as const;
  });
  return Object.fromEntries(await Promise.all(started)) as unknown as Providers;
}

/** Enters the shop's servers and products, so that orders can be placed. */
export async function fillShop(pool: Pool, { sealer, loader }: OpenProvisioning, providers: Providers): Promise<void> {
  const one = async (text: string, values: unknown[] = []): Promise<string> => (await pool.query<{ id: string }>(text, values)).rows[0]!.id;
  const settings = new SealedSettings(sealer);
  const group = await one(`INSERT INTO server_group (name) VALUES ('sites') RETURNING id`);
  const servers: Partial<Record<Kind, string>> = {};
  for (const { extension, kind, settings: more = {} } of shop.servers) {
    const id = await one(`SELECT nextval(pg_get_serial_sequence('server', 'id')) AS id`);
    const sealed = settings.seal(id, loader.get(extension).extension[kind]!.server, { ...providers[kind].server, ...more });
    await pool.query(
      `INSERT INTO server (id, name, extension, kind, server_group_id, settings) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $2, $3, $4, $5)`,
      [id, extension, kind, kind === 'provisioning' ? group : null, JSON.stringify(sealed)],
    );
    servers[kind] = id;
  }
  const product = await one(`INSERT INTO product (code, name) VALUES ($1, $1) RETURNING id`, [productCode]);
  for (const component of shop.products[0]!.components) {
    const connections = Object.fromEntries(Object.keys(component.connections).map((kind) => [kind, servers[kind as Kind]]));
    await pool.query(
      `INSERT INTO product_component (product_id, name, extension, server_group_id, settings, connections) VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        product,
        component.name,
        component.extension,
        group,
        JSON.stringify({ ...providers.provisioning.product, ...component.settings }),
        JSON.stringify(connections),
      ],
    );
  }
}
