import { SealedSettings, type Sealer } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import type { Pool } from 'pg';
import type { ExtensionLoader } from '../extensions/index.js';

/** The kinds of modules that the shipped demonstration sells with. */
export type ShopKind = 'provisioning' | 'dns' | 'proxy' | 'certificate';

/** What the demonstration sells and on which servers, as `config/demo.json` has it; the tests take the same, so they name no extension either. */
export interface Shop {
  readonly servers: readonly { name: string; extension: string; kind: ShopKind; settings?: JsonObject }[];
  readonly products: readonly {
    code: string;
    /** Codes of those that it is added to. */
    addonOf?: readonly string[];
    components: readonly {
      name: string;
      extension: string;
      connections: Record<string, string>;
      settings: JsonObject;
      /** Whose site it works for, such as `{ "component": "account" }`. */
      site?: JsonObject;
      /** Field → what it is wired from. */
      inputs?: JsonObject;
    }[];
  }[];
  /** What the providers hold of one finished site. */
  readonly delivered: readonly { kind: string; count: number; details?: JsonObject }[];
}

/** Where a provider is reached, and what suits its products. */
export interface ShopProvider {
  readonly server: JsonObject;
  readonly product: JsonObject;
}

export interface SeededShop {
  /** Of several servers of a kind the last. */
  readonly serverIds: Readonly<Record<ShopKind, string>>;
  /** By their names in the shop. */
  readonly serverIdsByName: Readonly<Record<string, string>>;
  /** As in the shop, with the mark of this one. */
  readonly productCodes: readonly string[];
}

/** A module without a provider. */
const noProvider: ShopProvider = { server: {}, product: {} };

/**
 * Puts servers, a group and products into a database, as staff would. `mark` is added to every name, so that several shops with
 * providers of their own can stand in one database. `providers`: by the server's name in the shop, or by its kind.
 */
export async function seedShop(
  { pool, loader, sealer }: { readonly pool: Pool; readonly loader: ExtensionLoader; readonly sealer: Sealer },
  shop: Pick<Shop, 'servers' | 'products'>,
  providers: Readonly<Record<string, ShopProvider>>,
  mark = '',
): Promise<SeededShop> {
  const providerOf = ({ name, kind }: Shop['servers'][number]): ShopProvider => providers[name] ?? providers[kind] ?? noProvider;
  const settings = new SealedSettings(sealer);
  const { rows: groups } = await pool.query<{ id: string }>(`INSERT INTO server_group (name) VALUES ($1) RETURNING id`, [`sites${mark}`]);
  const groupId = groups[0]!.id;
  const serverIds = {} as Record<ShopKind, string>;
  const serverIdsByName: Record<string, string> = {};
  for (const server of shop.servers) {
    const { name, extension, kind, settings: more = {} } = server;
    const { rows } = await pool.query<{ id: string }>(`SELECT nextval(pg_get_serial_sequence('server', 'id')) AS id`);
    const { id } = rows[0]!;
    const fields = loader.get(extension).extension[kind]!.server;
    const sealed = settings.seal(id, fields, { ...providerOf(server).server, ...more });
    await pool.query(
      `INSERT INTO server (id, name, extension, kind, server_group_id, settings) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, extension + mark, extension, kind, kind === 'provisioning' ? groupId : null, JSON.stringify(sealed)],
    );
    serverIds[kind] = id;
    serverIdsByName[name] = id;
  }
  const productCodes: string[] = [];
  for (const { code, components, addonOf = [] } of shop.products) {
    const { rows } = await pool.query<{ id: string }>(`INSERT INTO product (code, name, addon_of) VALUES ($1, $1, $2) RETURNING id`, [
      code + mark,
      addonOf.map((parent) => parent + mark),
    ]);
    productCodes.push(code + mark);
    for (const [position, { name, extension, settings: chosen, connections: connected, site, inputs = {} }] of components.entries()) {
      const connections = Object.fromEntries(Object.entries(connected).map(([kind, server]) => [kind, serverIdsByName[server]]));
      const at = shop.servers.find((server) => server.extension === extension);
      const values = { ...(at && providerOf(at).product), ...chosen };
      await pool.query(
        `INSERT INTO product_component (product_id, position, name, extension, server_group_id, settings, connections, site, inputs)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [rows[0]!.id, position, name, extension, groupId, values, connections, site ?? null, inputs],
      );
    }
  }
  return { serverIds, serverIdsByName, productCodes };
}
