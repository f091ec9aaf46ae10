import type { Ctx, CustomerFacts, Json, JsonObject, Operation, OperationShape } from '@hostwright/sdk';
import { runOperation, testCtx, type Run, type RunOptions, type TestCtx } from '@hostwright/sdk-testing';
import { startTenantSandbox, type TenantSandbox } from '../sandbox/index.js';
import type { OrderConfig, ProductConfig, Properties, ServerConfig } from '../src/config.js';
import { provisioning } from '../src/provisioning.js';

export const mark = 'hw-test-c3';
export const aProduct = (over: Partial<ProductConfig> = {}): ProductConfig => ({
  plan: 'free',
  frequency: 'monthly',
  argo: false,
  loadBalancing: false,
  advancedCertificates: false,
  invite: true,
  role: '05784afa30c1afe1440e79d9351c7430',
  suspension: 'pauses the zone',
  customHostnames: 3,
  ...over,
});

/** One service of a customer at a sandbox. `beside` is another one of the same customer at the same sandbox. */
export class Stage {
  server: ServerConfig;
  product = aProduct();
  order: OrderConfig = { domain: 'shop.example', email: 'customer@example.com' };
  properties: Properties | undefined;
  others: CustomerFacts['others'] = [];
  /** Marks of the services that it is added to. */
  above: readonly string[] = [];
  #remoteId = '';
  /** Told of every request before it is sent. */
  before: ((method: string, path: string) => void | Promise<void>) | undefined;

  private constructor(
    readonly sandbox: TenantSandbox,
    readonly owner: string,
  ) {
    this.server = sandbox.server as unknown as ServerConfig;
  }

  static async start(speed = 0.0005): Promise<Stage> {
    return new Stage(await startTenantSandbox({ speed }), 'hw-test-7');
  }

  beside(owner = 'hw-test-8'): Stage {
    const other = new Stage(this.sandbox, owner);
    other.order = { ...this.order, domain: 'other.example' };
    return other;
  }

  /** Add-ons for the zone of this service, as another service of the same customer. */
  addedTo(product: Partial<ProductConfig>, owner = 'hw-test-9'): Stage {
    const addOns = new Stage(this.sandbox, owner);
    addOns.product = aProduct({ plan: 'none', customHostnames: 0, ...product });
    addOns.order = { domain: this.order.domain };
    addOns.above = [this.owner];
    addOns.others = [{ serviceId: '7', product: this.product }];
    this.others = [...this.others, { serviceId: owner.slice('hw-test-'.length), product: addOns.product }];
    return addOns;
  }

  ctx(): TestCtx {
    const plain = testCtx({ deadlineMs: 400 });
    const fetch: Ctx['fetch'] = async (url, request) => {
      await this.before?.(request?.method ?? 'GET', new URL(url).pathname);
      return plain.fetch(url, request);
    };
    return testCtx({
      owner: this.owner,
      above: this.above,
      customer: () => Promise.resolve({ mark, others: this.others, domains: [] }),
      fetch,
    });
  }

  async create(options: RunOptions = {}): Promise<Run<unknown>> {
    const run = await this.play(provisioning.create, {}, options);
    const { remoteId, ...properties } = run.output as JsonObject;
    this.#remoteId = String(remoteId);
    this.properties = properties as unknown as Properties;
    return run;
  }

  async run(verb: 'suspend' | 'unsuspend' | 'terminate', options: RunOptions = {}): Promise<Run<unknown>> {
    const run = await this.play(provisioning[verb]!, { domains: [] }, options);
    this.properties = { ...this.properties!, ...(run.output as Partial<Properties> | undefined) };
    return run;
  }

  async change(to: Partial<ProductConfig>, options: RunOptions = {}): Promise<Run<unknown>> {
    const previous = this.product;
    const run = await this.play(provisioning.changePackage!, { product: { ...previous, ...to }, previous }, options);
    this.product = { ...previous, ...to };
    this.properties = { ...this.properties!, ...(run.output as Partial<Properties>) };
    return run;
  }

  async act(name: string, input: JsonObject = {}, options: RunOptions = {}): Promise<Json> {
    return (await this.play(provisioning.actions![name]!, { input }, options)).output as Json;
  }

  inspect() {
    return provisioning.inspect({
      ctx: this.ctx(),
      service: { id: '7' },
      server: this.server,
      product: this.product,
      order: this.order,
      remoteId: this.#remoteId,
      properties: this.properties!,
    });
  }

  /** What lives there of one kind, as the ledger's details. */
  there(kind: string): readonly JsonObject[] {
    return this.sandbox
      .ledger()
      .filter((entry) => entry.kind === kind)
      .map(({ details, owner }) => ({ ...details, ...(owner === undefined ? {} : { owner }) }));
  }

  changes(): readonly string[] {
    const path = (text: string): string => text.replace('/client/v4', '').replace(/[0-9a-f]{32}/g, '…');
    return this.sandbox.calls().flatMap((call) => (call.method === 'GET' ? [] : [`${call.method} ${path(call.path)}`]));
  }

  zone() {
    return this.sandbox.world.zones.get(this.properties!.zoneId)!;
  }

  private play<Shape extends OperationShape>(operation: Operation<Shape>, more: object, options: RunOptions): Promise<Run<unknown>> {
    const { server, product, order, properties } = this;
    const later = properties === undefined ? {} : { remoteId: this.#remoteId, properties };
    const args = { ctx: this.ctx(), service: { id: '7' }, server, product, order, ...later, ...more };
    return runOperation(operation as Operation<OperationShape>, args, { pauseMs: 5, ...options });
  }
}
