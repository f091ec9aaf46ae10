import type { FailurePolicy, InputSource, SiteSource } from '@hostwright/core';
import {
  defineProvisioning,
  fields,
  operation,
  type CreateShape,
  type Fields,
  type JsonObject,
  type LaterShape,
  type Operation,
  type OperationSpec,
  type ProvisioningModule,
  type ProvisioningSpec,
} from '@hostwright/sdk';
import type { EngineFixture } from './engine-fixture.js';

type AnyShape = CreateShape<Fields, Fields, Fields, Fields>;
export type Create = OperationSpec<AnyShape, Record<never, never>, string>;
type Arguments = Parameters<Create['run']>[0];

/** What a module of a test declares and does; what is left out it has not. */
export interface PlayedModule {
  readonly order?: Fields;
  readonly product?: Fields;
  readonly properties?: Fields;
  readonly steps: readonly string[];
  readonly onFailure?: 'roll back' | 'keep';
  create(args: Arguments): Promise<JsonObject>;
  readonly more?: Partial<ProvisioningSpec<Fields, Fields, Fields, Fields>>;
}

export function played({ order, product, properties, steps, onFailure, create, more }: PlayedModule): ProvisioningModule {
  return defineProvisioning(
    { server: fields({}), product: product ?? fields({}), order: order ?? fields({}), properties: properties ?? fields({}) },
    {
      create: operation<AnyShape>({ steps, ...(onFailure ? { onFailure } : {}), run: (args) => create(args) as never }),
      terminate: operation({ steps: [], run: async () => undefined }),
      inspect: async () => ({ state: 'running' }),
      ...more,
    },
  ) as unknown as ProvisioningModule;
}

type Later = LaterShape<Fields, Fields, Fields, Fields>;

/** A later operation of one step. `act`: what it does for a service of that id, given the function's arguments. */
export function verb(
  name: string,
  act: (serviceId: string, args: JsonObject, above: readonly string[]) => void | Promise<void>,
): Operation<Later> {
  return operation<Later>({
    steps: [name],
    async run({ step, service, order, product, ctx }) {
      await step(name, { run: async () => act(service.id, { order, product } as JsonObject, ctx.above) });
    },
  });
}

export interface BundleComponent {
  readonly name: string;
  /** That of the component's name unless given. */
  readonly extension?: string;
  readonly settings?: JsonObject;
  readonly inputs?: Readonly<Record<string, InputSource>>;
  readonly site?: SiteSource;
  readonly handOver?: 'awaited' | 'later';
}

/** A product of several components, each on a server of its own, as `ProductCatalog` would have saved it. Answers its id. */
export async function bundle(
  engine: EngineFixture,
  code: string,
  components: readonly BundleComponent[],
  more: { readonly onFailure?: FailurePolicy; readonly addonOf?: readonly string[] } = {},
): Promise<string> {
  const { rows } = await engine.pool.query<{ id: string }>(
    `INSERT INTO product (code, name, on_failure, addon_of) VALUES ($1, $1, $2, $3) RETURNING id`,
    [code, more.onFailure ?? null, more.addonOf ?? []],
  );
  for (const [position, { name, extension = name, settings = {}, inputs = {}, site, handOver = 'awaited' }] of components.entries())
    await engine.pool.query(
      `WITH g AS (INSERT INTO server_group (name) VALUES ($1) RETURNING id),
         s AS (INSERT INTO server (name, extension, kind, settings, server_group_id) SELECT $1, $2, 'provisioning', '{}', id FROM g)
       INSERT INTO product_component (product_id, name, extension, server_group_id, settings, inputs, hand_over, position, site)
       SELECT $3, $4, $2, g.id, $5, $6, $7, $8, $9 FROM g`,
      [
        `${code} ${name}`,
        extension,
        rows[0]!.id,
        name,
        JSON.stringify(settings),
        JSON.stringify(inputs),
        handOver,
        position,
        site && JSON.stringify(site),
      ],
    );
  return rows[0]!.id;
}

/** Orders it for a customer of the fixture. */
export function order(engine: EngineFixture, productCode: string, values: JsonObject = {}) {
  return engine.desk.placeOrder({ productCode, customerEmail: 'a@example.com', order: values, requestedBy: 'test' });
}

/** What a service's components are by now. */
export async function componentsOf(
  engine: EngineFixture,
  serviceId: string,
): Promise<Record<string, { readonly remoteId: string | null; readonly properties: JsonObject; readonly inputs: JsonObject | null }>> {
  const { rows } = await engine.pool.query<{ name: string; remoteId: string | null; properties: JsonObject; inputs: JsonObject | null }>(
    `SELECT name, remote_id AS "remoteId", properties, inputs FROM service_component WHERE service_id = $1`,
    [serviceId],
  );
  return Object.fromEntries(rows.map(({ name, ...row }) => [name, row]));
}
