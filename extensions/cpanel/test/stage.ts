import { afterEach } from '@jest/globals';
import { secret, type HttpRequest, type JsonObject, type Operation, type OperationShape } from '@hostwright/sdk';
import {
  putControl,
  runOperation,
  sandboxFetch,
  testCtx,
  type InspectedSandbox,
  type Run,
  type RunOptions,
  type TestCtx,
} from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';
import type { AccountProperties, ProductConfig, ServerConfig } from '../src/config.js';
import { provisioning } from '../src/provisioning.js';

export const owner = 'hw-test-7';
export const username = 'shopk3x9';
export const order = { domain: 'shop.example.net', email: 'customer@example.org' };
/** What the panel's clock says in every test. */
export const now = '2026-11-25T09:00:00.000Z';
export const reserved = {
  username,
  accountPassword: secret('Account2Password4Of6Twelve'),
  mailboxPassword: secret('Mailbox2Password4Of6Twelve'),
  databasePassword: secret('Database2Password4Of6Twelve'),
};
export const pem = {
  certificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  certificateKey: '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
};

let stages: Stage[] = [];
afterEach(async () => {
  await Promise.all(stages.map(({ sandbox }) => sandbox.stop()));
  stages = [];
});

export const startSandbox = async (speed = 0.0001): Promise<InspectedSandbox> =>
  (await sandboxDefinition.start({ speed })) as InspectedSandbox;

export interface Sent {
  readonly url: string;
  readonly request: HttpRequest;
}

/** A host with nothing on it, and what can be done with one account there. */
export class Stage {
  server: ServerConfig;
  product: ProductConfig;
  properties!: AccountProperties;
  now = now;
  /** Called before each call, with the name of the function, such as `createacct`. */
  before: (name: string) => void | Promise<void> = () => undefined;
  /** Called after each call that was answered. */
  after: (name: string) => void | Promise<void> = () => undefined;
  readonly sent: Sent[] = [];
  readonly ctx: TestCtx;

  private constructor(
    readonly sandbox: InspectedSandbox,
    recorded: boolean,
  ) {
    this.server = sandbox.server as unknown as ServerConfig;
    this.product = sandbox.product as unknown as ProductConfig;
    const reach = sandboxFetch({ deadlineMs: 2000, recorded });
    this.ctx = testCtx({
      owner,
      now: () => this.now,
      fetch: async (url: string, request: HttpRequest = {}) => {
        this.sent.push({ url, request });
        await this.before(functionOf(url));
        const answer = await reach(url, request);
        await this.after(functionOf(url));
        return answer;
      },
    });
  }

  /** `recorded`: false where what is sent is wrong on purpose. */
  static async empty(product: Partial<ProductConfig> = {}, server: Partial<ServerConfig> = {}, { recorded = true } = {}): Promise<Stage> {
    const stage = new Stage(await startSandbox(), recorded);
    stages.push(stage);
    stage.product = { ...stage.product, ...product };
    stage.server = { ...stage.server, ...server };
    return stage;
  }

  /** With the account made. */
  static async start(product: Partial<ProductConfig> = {}, server: Partial<ServerConfig> = {}): Promise<Stage> {
    const stage = await Stage.empty(product, server);
    await stage.create();
    return stage;
  }

  async create(options: RunOptions = {}) {
    const run = await runOperation(provisioning.create, { ...this.common(), reserved }, { pauseMs: 2, ...options });
    const { remoteId: _id, ...properties } = run.output;
    this.properties = properties;
    return run;
  }

  run(
    name:
      | 'upkeep'
      | 'suspend'
      | 'unsuspend'
      | 'terminate'
      | 'changePackage'
      | 'changePassword'
      | 'checkNames'
      | 'installCertificate'
      | 'removeCertificate',
    more: JsonObject = {},
    options: RunOptions = {},
  ) {
    const operation = provisioning[name] as unknown as Operation<OperationShape>;
    const given: ReturnType<Stage['later']> & JsonObject = { ...this.later(), previous: this.product, ...more } as never;
    return runOperation(operation, given, { pauseMs: 2, ...options }) as Promise<Run<unknown>>;
  }

  control(path: string, body: JsonObject = {}): Promise<void> {
    return putControl(this.sandbox, path, body);
  }

  /** What the ledger says of one thing; the account by default. */
  details(kind = 'account', id = username): JsonObject | undefined {
    return this.sandbox.ledger().find((entry) => entry.kind === kind && entry.id === id)?.details;
  }

  /** Every function asked for so far, such as `accountsummary`. */
  asked(): readonly string[] {
    return this.sent.map(({ url }) => functionOf(url));
  }

  /** Everything asked for so far that was to change something, such as `createacct` or `Email/add_pop`. */
  changes(): readonly string[] {
    const calls = this.sandbox.calls().filter(({ method }) => method !== 'GET');
    return calls.map(({ path }) => path.replace('/json-api/', '').replace('uapi_cpanel/', ''));
  }

  later() {
    return { ...this.common(), remoteId: username, properties: this.properties, domains: [] };
  }

  common() {
    const { ctx, server, product } = this;
    return { ctx, service: { id: '7' }, server, product, order };
  }
}

function functionOf(url: string): string {
  return new URL(url).pathname.replace('/json-api/', '');
}
