import type { Ctx, HttpRequest, Json, JsonObject, Operation, OperationShape } from '@hostwright/sdk';
import { putControl, runOperation, sandboxFetch, testCtx, type InspectedSandbox, type Run, type RunOptions } from '@hostwright/sdk-testing';
import { startPressableSandbox } from '../sandbox/index.js';
import type { OrderConfig, ProductConfig, ServerConfig, SiteProperties } from '../src/config.js';
import { provisioning } from '../src/provisioning.js';

export const owner = 'hw-test-7';
/** What the panel's clock says when a test begins. */
export const now = '2026-11-25T09:00:00.000Z';
export const reserved = { label: 'shop' };
export const siteName = `shop-${owner}`;

/** The provider is played fast, and each of its calls may fail several times in a row. */
const patience: RunOptions = { attempts: 200, pauseMs: 3 };

export interface StageOptions {
  readonly product?: Partial<ProductConfig>;
  readonly order?: OrderConfig;
  readonly behaviour?: JsonObject;
  readonly speed?: number;
}

/** A Pressable account, and what can be done with a site of ours on it. */
export class Stage {
  properties!: SiteProperties;
  product: ProductConfig;
  order: OrderConfig;
  /** Called before each call, with method and path. */
  before: (method: string, path: string) => void | Promise<void> = () => undefined;
  /** What is added to the panel's clock. */
  laterMs = 0;
  server: ServerConfig;
  readonly ctx: Ctx;

  private constructor(
    readonly sandbox: InspectedSandbox,
    { product = {}, order = {} }: StageOptions,
  ) {
    this.server = sandbox.server as unknown as ServerConfig;
    this.product = { ...(sandbox.product as unknown as ProductConfig), ...product };
    this.order = order;
    const reach = sandboxFetch();
    this.ctx = testCtx({
      owner,
      now: () => new Date(Date.parse(now) + this.laterMs).toISOString(),
      fetch: async (url: string, request: HttpRequest = {}) => {
        await this.before(request.method ?? 'GET', new URL(url).pathname);
        return reach(url, request);
      },
    });
  }

  /** With nothing of ours there. */
  static async empty(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(await startPressableSandbox({ speed: options.speed ?? 0.0005 }), options);
    if (options.behaviour !== undefined) await stage.put('/behaviour', options.behaviour);
    return stage;
  }

  /** With the site delivered. */
  static async start(options: StageOptions = {}): Promise<Stage> {
    const stage = await Stage.empty(options);
    try {
      await stage.create();
    } catch (error) {
      // Nobody has it yet who could stop it, and a test that fails is to end.
      await stage.sandbox.stop();
      throw error;
    }
    return stage;
  }

  async create(options: RunOptions = {}): Promise<Run<unknown>> {
    const { ctx, server, product, order } = this;
    const args = { ctx, service: { id: '7' }, reserved, server, product, order };
    const run = await runOperation(provisioning.create, args, { ...patience, ...options });
    const { remoteId: _id, ...properties } = run.output;
    this.properties = properties;
    return run;
  }

  run(name: 'suspend' | 'unsuspend' | 'terminate', options: RunOptions = {}): Promise<Run<unknown>> {
    return runOperation(provisioning[name]!, this.arguments(), { ...patience, ...options });
  }

  async change(product: Partial<ProductConfig>, options: RunOptions = {}): Promise<Run<unknown>> {
    const previous = this.product;
    this.product = { ...previous, ...product };
    const args = { ...this.arguments(), product: this.product, previous };
    return runOperation(provisioning.changePackage!, args, { ...patience, ...options });
  }

  domain(name: 'addDomain' | 'removeDomain', domain: string, options: RunOptions = {}): Promise<Run<unknown>> {
    const args = { ...this.arguments(), domain: { name: domain, zone: false } };
    return runOperation(provisioning[name]!, args, { ...patience, ...options });
  }

  async act(name: string, input: JsonObject = {}, options: RunOptions = {}): Promise<Json | undefined> {
    const action = provisioning.actions![name] as unknown as Operation<OperationShape>;
    const given: ReturnType<Stage['arguments']> & { readonly input: JsonObject } = { ...this.arguments(), input };
    return (await runOperation(action, given, { ...patience, ...options })).output as Json | undefined;
  }

  inspect() {
    return provisioning.inspect(this.arguments());
  }

  logIn() {
    return provisioning.singleSignOn!(this.arguments());
  }

  /** One control call of the sandbox. */
  put(path: string, body: unknown = {}): Promise<void> {
    return putControl(this.sandbox, path, body);
  }

  /** Our site goes as by hand, in the control panel. */
  async deleteByHand(): Promise<void> {
    await fetch(`${this.sandbox.controlUrl}/sites/${this.properties.siteId}`, { method: 'DELETE' });
    while (this.sandbox.ledger().some(({ kind, id }) => kind === 'site' && id === String(this.properties.siteId)))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** What the ledger says of our site. */
  site(): JsonObject {
    return this.details('site', String(this.properties.siteId));
  }

  details(kind: string, id: string): JsonObject {
    const found = this.sandbox.ledger().find((entry) => entry.kind === kind && entry.id === id);
    if (found === undefined) throw new Error(`there is no ${kind} ${id}`);
    return found.details ?? {};
  }

  names(kind: string): readonly string[] {
    return this.sandbox.ledger().flatMap((entry) => (entry.kind === kind ? [entry.id.slice(entry.id.indexOf('/') + 1)] : []));
  }

  /** Every call so far that changed something or was meant to, such as `PUT /sites/1/disable`. */
  changes(): readonly string[] {
    const calls = this.sandbox.calls().filter(({ method, path }) => method !== 'GET' && path !== '/auth/token');
    return calls.map(({ method, path }) => `${method} ${path.replace('/v1', '')}`);
  }

  logIns(): number {
    return this.sandbox.calls().filter(({ path }) => path === '/auth/token').length;
  }

  private arguments() {
    const { ctx, server, product, order, properties } = this;
    return { ctx, service: { id: '7' }, server, product, order, domains: [], remoteId: String(properties.siteId), properties };
  }
}
