import { createSecretKey, randomBytes, randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  AdoptionDesk,
  Doorbell,
  DomainDesk,
  MailDesk,
  ModuleCatalog,
  OperatorDesk,
  ProvisioningDesk,
  ReceiverSettings,
  RepairDesk,
  Sealer,
  ServerChoices,
  ServerProbe,
  ServiceInspector,
  ZoneReader,
  ServiceFileReader,
  ServiceSignOn,
  TriggerModules,
  type TriggerRunner,
} from '@hostwright/core';
import {
  Argon2PasswordHasher,
  createLogger,
  createMetrics,
  createPool,
  DatabaseModule,
  entities,
  LoadedModuleCatalog,
  PgMailDesk,
  StoresModule,
  TriggerStoresModule,
  WebhookStoresModule,
  type Logger,
} from '@hostwright/platform';
import { PanelError } from '@hostwright/sdk';
import { PgDomainDesk } from '../../../../libs/platform/src/provisioning/pg-domain-desk.js';
import { ModuleTriggers } from '../../../../libs/platform/src/provisioning/module-triggers.js';
import { PgProvisioningDesk } from '../../../../libs/platform/src/provisioning/pg-provisioning-desk.js';
import { PgRepairDesk } from '../../../../libs/platform/src/provisioning/pg-repair-desk.js';
import { createTestDatabase, type TestDatabase } from '../../../../libs/platform/src/testing/index.js';
import { createApi, ProcessMetrics, Readiness, type ReadinessCheck } from '../../src/index.js';
import { BackwardsSealer } from './backwards-sealer.js';
import { keys, names, sites, zones } from './fake-extension.js';
import { Bills } from './fake-trigger.js';
import {
  FixtureAdoptions,
  FixtureChoices,
  FixtureInspector,
  FixtureProbe,
  FixtureFiles,
  FixtureSignOn,
  FixtureZones,
  NotingDesk,
} from './fixture-ports.js';

export const staffPassword = 'correct horse battery';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // What a route answers is each test's business.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
}

/** The running API on a database of its own, with extensions that do nothing and no worker. */
export class ApiFixture {
  readonly operatorDesk = new NotingDesk();
  readonly inspector = new FixtureInspector();
  readonly probe = new FixtureProbe();
  /** Another billing system. */
  readonly bills = new Bills();
  /** What the name servers have, by service. */
  readonly zones = new FixtureZones();
  readonly signOn = new FixtureSignOn();
  readonly files = new FixtureFiles();
  readonly choices = new FixtureChoices();
  readonly adoptions = new FixtureAdoptions();
  /** Which bells the API rang, and how often. */
  readonly rings: [string, number][] = [];
  readonly lines: string[] = [];
  /** Which queues were rung. */
  readonly rung: string[] = [];
  readonly checks: ReadinessCheck[] = [];
  /** What of a worker looks at what the other billing system told. */
  looker: () => TriggerRunner;
  app: NestFastifyApplication;
  url: string;
  staffToken: string;

  private constructor(readonly database: TestDatabase) {}

  static async start(limits: { apiRatePerMinute?: number; loginRatePerMinute?: number } = {}): Promise<ApiFixture> {
    const fixture = new ApiFixture(await createTestDatabase());
    const { connectionString } = fixture.database;
    const logger: Logger = createLogger({
      mask: { mask: (line: string) => line } as never,
      level: 'debug',
      destination: { write: (line: string) => void fixture.lines.push(line) },
    });
    fixture.app = await createApi({
      config: {
        jwtKey: createSecretKey(randomBytes(32)),
        publicUrl: 'http://panel.example',
        paymenterConfig: fileURLToPath(new URL('../../../../config/paymenter.json', import.meta.url)),
        apiRatePerMinute: limits.apiRatePerMinute ?? 100_000,
        loginRatePerMinute: limits.loginRatePerMinute ?? 1_000,
      },
      logger,
      infrastructure: [
        DatabaseModule.register({ connectionString, name: 'api test', max: 10, log: { warn: () => undefined }, entities }),
        StoresModule,
        WebhookStoresModule,
        TriggerStoresModule,
        fixture.ports(connectionString),
      ],
    });
    await fixture.app.listen(0, '127.0.0.1');
    fixture.url = await fixture.app.getUrl();
    await fixture.account('staff@example.com', 'staff');
    fixture.staffToken = await fixture.login('staff@example.com');
    return fixture;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  /** One value of the first row. */
  async one<T = string>(text: string, values: readonly unknown[] = []): Promise<T> {
    const { rows } = await this.database.pool.query<Record<string, T>>(text, [...values]);
    return Object.values(rows[0] ?? {})[0] as T;
  }

  /** What was ordered so far is there, as after its job. */
  async componentsMade(): Promise<void> {
    await this.database.pool.query(`UPDATE service_component SET remote_id = service_id || name WHERE remote_id IS NULL`);
  }

  async account(email: string, role: 'staff' | 'customer', customerId?: string): Promise<string> {
    const stored = await new Argon2PasswordHasher().hash(staffPassword);
    return this.one('INSERT INTO account (email, password_hash, role, customer_id) VALUES ($1, $2, $3, $4) RETURNING id', [
      email,
      stored,
      role,
      customerId ?? null,
    ]);
  }

  async login(email: string): Promise<string> {
    const { json } = await this.call('POST', '/api/v1/auth/login', { body: { email, password: staffPassword }, token: null });
    return String(json.token);
  }

  async key(...scopes: string[]): Promise<string> {
    const { json } = await this.call('POST', '/api/v1/api-keys', { body: { name: scopes.join(' '), scopes } });
    return String(json.key);
  }

  /** A call as staff unless another token, or none, is given. */
  async call(
    method: string,
    path: string,
    {
      body,
      token = this.staffToken,
      raw,
      headers = {},
    }: { body?: unknown; token?: string | null; raw?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('application/json');
    return { status: response.status, headers: Object.fromEntries(response.headers), text, json: isJson ? JSON.parse(text) : undefined };
  }

  /** A server group with one server, and the products that the Paymenter configuration names. */
  async shop({ vmids = '900-999', lan = '192.168.1.100-192.168.1.253' } = {}): Promise<{ groupId: string; serverId: string }> {
    const group = await this.call('POST', '/api/v1/server-groups', { body: { name: `group ${randomBytes(4).toString('hex')}` } });
    const groupId = String(group.json.id);
    const server = await this.call('POST', '/api/v1/servers', {
      body: {
        name: `server ${randomBytes(4).toString('hex')}`,
        extension: 'fake-sites',
        kind: 'provisioning',
        serverGroupId: groupId,
        settings: { host: 'a', token: 'hunter2', lan, vmids },
      },
    });
    for (const plan of ['basic', 'standard', 'premium']) {
      await this.call('POST', '/api/v1/products', {
        body: {
          code: `wordpress-${plan}`,
          name: plan,
          components: [{ name: 'site', extension: 'fake-sites', serverGroupId: groupId, settings: { plan } }],
        },
      });
    }
    return { groupId, serverId: String(server.json.id) };
  }

  private ports(connectionString: string): DynamicModule {
    const sealer = new BackwardsSealer();
    const modules = new LoadedModuleCatalog([
      { id: sites.id, name: sites.name, version: '1.0.0', state: 'loaded', reason: null, extension: sites },
      { id: names.id, name: names.name, version: '1.0.0', state: 'loaded', reason: null, extension: names },
      { id: 'fake-broken', name: 'fake-broken', version: '', state: 'broken', reason: 'its manifest is not JSON' },
      { id: keys.id, name: keys.name, version: '1.0.0', state: 'loaded', reason: null, extension: keys },
      { id: 'fake-bills', name: 'fake-bills', version: '1.0.0', state: 'loaded', reason: null, extension: this.bills.extension },
      { id: zones.id, name: zones.name, version: '1.0.0', state: 'loaded', reason: null, extension: zones },
    ]);
    const manifest = { sdk: 1, egress: [] };
    const installed = new Map(
      [sites, names, keys, zones, this.bills.extension].map((extension) => [extension.id, { extension, version: '1.0.0', manifest }]),
    );
    const pool = createPool({ connectionString, name: 'desk', max: 10, log: { warn: () => undefined } });
    const doorbell = {
      ring: (queue: string, count = 1) => {
        this.rung.push(queue);
        this.rings.push([queue, count]);
        return Promise.resolve();
      },
    };
    const deskPorts = {
      pool,
      extensions: { find: (id: string) => installed.get(id) },
      modules,
      sealer,
      doorbell,
      installationId: 'test1234',
      randomInteger: (below: number) => randomInt(below),
    };
    const desk = new PgProvisioningDesk(deskPorts);
    const line = (...said: unknown[]) => void this.lines.push(JSON.stringify(said));
    const triggers = new ModuleTriggers({
      pool,
      modules: this.bills.modules(pool, sealer),
      extensions: deskPorts.extensions,
      installationId: 'test1234',
      logger: { error: line, warn: line } as never,
      now: () => Date.now(),
    });
    this.looker = () => this.bills.looker({ pool, triggers, catalog: modules, desk, line });
    const provided = [
      { provide: TriggerModules, useValue: triggers },
      { provide: ModuleCatalog, useValue: modules },
      { provide: Sealer, useValue: sealer },
      { provide: ProvisioningDesk, useValue: desk },
      { provide: DomainDesk, useValue: new PgDomainDesk(deskPorts) },
      { provide: MailDesk, useValue: new PgMailDesk({ pool, doorbell, smtpUrl: 'smtp://127.0.0.1:1', now: () => new Date() }) },
      { provide: OperatorDesk, useValue: this.operatorDesk },
      { provide: RepairDesk, useValue: new PgRepairDesk(deskPorts, desk) },
      { provide: Doorbell, useValue: doorbell },
      { provide: ServiceInspector, useValue: this.inspector },
      { provide: ServerProbe, useValue: this.probe },
      { provide: ZoneReader, useValue: this.zones },
      { provide: ServiceSignOn, useValue: this.signOn },
      { provide: ServiceFileReader, useValue: this.files },
      { provide: ServerChoices, useValue: this.choices },
      { provide: AdoptionDesk, useValue: this.adoptions },
      { provide: ReceiverSettings, useValue: new ReceiverSettings(['127.0.0.0/8'], false) },
      { provide: Readiness, useValue: new Readiness(this.checks, 200) },
      { provide: ProcessMetrics, useValue: new ProcessMetrics(createMetrics({ process: 'api' })) },
      { provide: 'desk pool', useFactory: () => ({ onApplicationShutdown: () => pool.end() }) },
    ];
    @Global()
    @Module({})
    class FixturePorts {}
    return { module: FixturePorts, providers: provided, exports: provided.map(({ provide }) => provide) };
  }
}

/** A refusal as a provider's module would throw it. */
export function refusal(): never {
  throw new PanelError('invalid_config', 'the API token was refused');
}
