import { secret, type Ctx, type HttpRequest, type Json, type JsonObject, type Operation, type OperationShape } from '@hostwright/sdk';
import {
  RunFailed,
  runOperation,
  sandboxFetch,
  sandboxSsh,
  testCtx,
  type Run,
  type RunOptions,
  type SandboxCall,
} from '@hostwright/sdk-testing';
import { startProxmoxSandbox, type ProxmoxSandbox } from '../sandbox/index.js';
import type { ProductConfig, ServerConfig, SiteProperties } from '../src/config.js';
import { provisioning } from '../src/provisioning.js';
import { sshTargets } from '../src/ssh-nodes.js';
import { anOrder } from './settings.js';

export const vmid = 905;
export const owner = 'hw-test-7';
/** What the panel's clock says in every test. */
export const now = '2026-11-25T09:00:00.000Z';
export const reserved = {
  ip: '192.168.1.105',
  vmid,
  subdomain: 'customer',
  databasePassword: secret('Abcdefgh12345678Abcdefgh12345678'),
};

/** The cluster is played fast, and each of its calls may fail several times in a row. */
const patience: RunOptions = { attempts: 200, pauseMs: 3 };

export function isChange({ method, path }: Pick<SandboxCall, 'method' | 'path'>): boolean {
  return method === 'SSH' ? path === 'startSetup' : method !== 'GET';
}

export interface StageOptions {
  readonly version?: string;
  /** Default: true. */
  readonly failover?: boolean;
}

/** A cluster with one site of ours on it, and what can be done with the site. */
export class Stage {
  properties!: SiteProperties;
  product: ProductConfig;
  /** Called before each call of the API, with method and path. */
  before: (method: string, path: string) => void | Promise<void> = () => undefined;
  readonly server: ServerConfig;
  readonly ctx: Ctx;

  private constructor(
    readonly sandbox: ProxmoxSandbox,
    failover: boolean,
  ) {
    this.server = { ...(sandbox.server as unknown as ServerConfig), ...(failover ? {} : { haNodes: '' }) };
    this.product = sandbox.product as unknown as ProductConfig;
    const reach = sandboxFetch();
    this.ctx = testCtx({
      owner,
      now: () => now,
      ssh: sandboxSsh(sshTargets(this.server)),
      fetch: async (url: string, request: HttpRequest = {}) => {
        await this.before(request.method ?? 'GET', new URL(url).pathname);
        return reach(url, request);
      },
    });
  }

  /** With the site delivered. */
  static async start({ version = '9', failover = true }: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(await startProxmoxSandbox({ speed: 0.0005, version }), failover);
    const { server, product, ctx } = stage;
    const args = { ctx, service: { id: '7' }, reserved, server, product, order: anOrder() };
    const { remoteId: _id, ...properties } = (await runOperation(provisioning.create, args, patience)).output;
    stage.properties = properties;
    return stage;
  }

  run(name: 'suspend' | 'unsuspend' | 'terminate', options: RunOptions = {}): Promise<Run<unknown>> {
    return runOperation(provisioning[name]!, this.arguments(), { ...patience, ...options });
  }

  change(plan: ProductConfig['plan'], options: RunOptions = {}): Promise<Run<unknown>> {
    const previous = this.product;
    const product = { ...previous, plan };
    return runOperation(provisioning.changePackage!, { ...this.arguments(), product, previous }, { ...patience, ...options });
  }

  /** What the action answers. What it leaves on the service is there for the next. */
  async act(name: string, input: JsonObject = {}, options: RunOptions = {}): Promise<Json | undefined> {
    const action = provisioning.actions![name] as unknown as Operation<OperationShape>;
    const given: ReturnType<Stage['arguments']> & { readonly input: JsonObject } = { ...this.arguments(), input };
    try {
      const output = (await runOperation(action, given, { ...patience, ...options })).output as JsonObject | undefined;
      if (output === undefined || !('$leaves' in output)) return output;
      this.properties = { ...this.properties, ...(output['$leaves'] as Partial<SiteProperties>) };
      return output['answer'];
    } catch (error) {
      // As the host does with an action that failed, unless what is there belongs to somebody else.
      if (error instanceof RunFailed && error.code !== 'not_owned') await error.undo();
      throw error;
    }
  }

  inspect() {
    return provisioning.inspect(this.arguments());
  }

  /** What the ledger says of the site's container. */
  container(): JsonObject {
    return this.details('container', String(vmid));
  }

  details(kind: string, id: string): JsonObject {
    const found = this.sandbox.ledger().find((entry) => entry.kind === kind && entry.id === id);
    if (found === undefined) throw new Error(`there is no ${kind} ${id}`);
    return found.details ?? {};
  }

  snapshots(): readonly string[] {
    return this.sandbox.ledger().flatMap(({ kind, id }) => (kind === 'snapshot' ? [id.slice(id.indexOf('/') + 1)] : []));
  }

  /** Waits until the cluster is so. */
  async until(holds: () => boolean): Promise<void> {
    for (let looks = 0; !holds(); looks += 1) {
      if (looks > 1000) throw new Error('the cluster did not come to that');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Every call so far that changed something or was meant to, such as `PUT /nodes/pve1/lxc/905/config`. */
  changes(): readonly string[] {
    const calls = this.sandbox.calls().filter(isChange);
    return calls.map(({ method, path }) => `${method} ${path.replace('/api2/json', '')}`);
  }

  private arguments() {
    const { ctx, server, product, properties } = this;
    return { ctx, service: { id: '7' }, server, product, order: anOrder(), domains: [], remoteId: String(vmid), properties };
  }
}
