import { randomBytes, randomInt } from 'node:crypto';
import {
  JournalTrouble,
  ModuleHost,
  requireCall,
  type ModuleRef,
  type ModuleScope,
  type OpenModule,
  type SealedSettings,
} from '@hostwright/core';
import {
  PanelError,
  type CertificateModule,
  type DnsModule,
  type Fetch,
  type Fields,
  type JsonObject,
  type ProvisioningModule,
  type ProxyModule,
  type SshTarget,
  type TriggerModule,
} from '@hostwright/sdk';
import type { Pool } from 'pg';
import { createResolve } from '../dns/index.js';
import { createFetch, trustOf, type CallOutcome, type ConnectionPools } from '../egress/index.js';
import { validateFields, validateProperties } from '../fields/index.js';
import { extensionLog, type Logger } from '../logging/index.js';
import type { Recorder } from '../recording/index.js';
import { createSsh } from '../ssh/index.js';
import { readCustomerFacts } from './customer-facts.js';
import { datesOf } from './component-dates.js';
import type { InstalledExtension, InstalledExtensions } from './installed-extensions.js';
import { operationOf } from './module-operations.js';
import { placeInputs } from './place-inputs.js';
import { retryAfterMs } from './retry-after.js';
import type { ServerGate } from './server-gate.js';

export type AnyModule = ProvisioningModule | DnsModule | ProxyModule | CertificateModule | TriggerModule;

export interface HostPorts {
  readonly pool: Pool;
  readonly extensions: InstalledExtensions;
  readonly settings: SealedSettings;
  readonly gate: ServerGate;
  readonly connections: ConnectionPools;
  readonly logger: Logger;
  readonly recorder: Recorder | undefined;
  readonly dnsServers: readonly string[] | undefined;
  readonly now: () => number;
}

interface ServerRecord {
  readonly id: string;
  readonly name: string;
  readonly extension: string;
  readonly kind: string;
  readonly settings: JsonObject;
  readonly state: string;
}

/** How long a server's settings may be out of date here. */
const freshMs = 1_000;

/** The answers with which a proxy in front of a provider, rather than the provider, says that something is down. */
const downStatuses = new Set([502, 503, 504, 595, 596, 599]);

/** Opens modules of loaded extensions on servers of the database. Everything a module touches comes from here. */
export class ExtensionModules extends ModuleHost {
  private readonly servers = new Map<string, { readonly at: number; readonly record: ServerRecord; readonly settings: JsonObject }>();

  constructor(private readonly ports: HostPorts) {
    super();
  }

  async open(ref: ModuleRef, scope: ModuleScope): Promise<OpenModule> {
    const { installed, module, server, record } = await this.find(ref);
    if (record.state === 'maintenance') throw new PanelError('unavailable', `server ${record.id} is in maintenance`);
    return {
      extension: record.extension,
      version: installed.version,
      serverId: record.id,
      server,
      permits: module.limits.permits ?? {},
      ctx: this.context(installed, module, record.id, server, scope),
      nameSetting: (field) => {
        const known = Object.hasOwn(module.server, field) ? (module.server as Fields)[field] : undefined;
        return known && `"${known.label}" of the server ${record.name}`;
      },
      operation: (name) => operationOf(module, name),
      checkProperties: (properties) => checkedProperties(module, properties, record.extension),
      dates: (product, properties) => datesOf(module, product, properties, record.extension),
      checkInputs: (values) => placeInputs(module as ProvisioningModule, values, record.extension),
    };
  }

  /** A module and its server, without a context. Throws as `open` does. */
  async find(ref: ModuleRef): Promise<{ installed: InstalledExtension; module: AnyModule; record: ServerRecord; server: JsonObject }> {
    const { record, settings } = await this.server(ref.serverId);
    if (ref.extension !== undefined && ref.extension !== record.extension) {
      throw new PanelError('invalid_config', `server ${record.id} is of the extension '${record.extension}', not '${ref.extension}'`);
    }
    const installed = this.ports.extensions.find(record.extension);
    if (!installed) throw new PanelError('unsupported', `the extension '${record.extension}' is not loaded`);
    const module = (installed.extension as unknown as Record<string, AnyModule | undefined>)[ref.kind];
    if (!module) throw new PanelError('unsupported', `the extension '${record.extension}' has no ${ref.kind} module`);
    return { installed, module, record, server: checked(module.server as Fields, settings, record.id) };
  }

  private async server(id: string): Promise<{ record: ServerRecord; settings: JsonObject }> {
    const known = this.servers.get(id);
    if (known && this.ports.now() - known.at < freshMs) return known;
    const record = await this.read(id);
    if (!record) throw new PanelError('not_found', `there is no server ${id}`);
    const fresh = { at: this.ports.now(), record, settings: this.ports.settings.open(record.id, record.settings) };
    this.servers.set(id, fresh);
    return fresh;
  }

  private async read(id: string): Promise<ServerRecord | undefined> {
    try {
      const { rows } = await this.ports.pool.query<ServerRecord>({
        name: 'host-server',
        text: `SELECT id, name, extension, kind, settings, state FROM server WHERE id = $1`,
        values: [id],
      });
      return rows[0];
    } catch (error) {
      throw new JournalTrouble('the servers could not be read', { cause: error });
    }
  }

  private context(
    installed: InstalledExtension,
    module: AnyModule,
    serverId: string,
    server: JsonObject,
    scope: ModuleScope,
  ): OpenModule['ctx'] {
    const { gate, connections, recorder, dnsServers, logger, now } = this.ports;
    const { id: extension } = installed.extension;
    const rate = module.limits.rate;
    const problem = (error: unknown): void => logger.warn({ error: String(error), serverId }, 'the state of a server could not be kept');
    const raw = once(() =>
      createFetch({
        extension,
        serverId,
        egress: installed.manifest.egress,
        server,
        trust: trustOf(module.server as Fields, server),
        pools: connections,
        signal: scope.signal,
        ...(recorder ? { recorder } : {}),
        beforeCall: () => gate.pass(serverId, rate),
        afterCall: (outcome) => gate.ended(serverId, scope.signal.aborted ? undefined : isHealthy(outcome)),
        onProblem: problem,
      }),
    );
    const ssh = once(() =>
      createSsh({
        extension,
        serverId,
        targets: () => (module.limits as { ssh?: (server: JsonObject) => Record<string, SshTarget> }).ssh?.(server) ?? {},
        signal: scope.signal,
        ...(recorder ? { recorder } : {}),
      }),
    );
    const resolve = once(() => createResolve({ servers: dnsServers, signal: scope.signal }));
    const log = once(() => extensionLog(logger, { extension, serverId, work: scope.label }));
    type RawFetch = ReturnType<typeof raw>;
    const fetch = async (...call: Parameters<RawFetch>): Promise<Awaited<ReturnType<RawFetch>>> => {
      requireCall('fetch');
      const answer = await raw()(...call);
      if (answer.status === 429) await gate.block(serverId, retryAfterMs(answer.headers.get('retry-after'), now())).catch(problem);
      return answer;
    };
    return {
      owner: scope.owner,
      above: scope.above ?? [],
      signal: scope.signal,
      log: {
        info: (...line) => log().info(...line),
        warn: (...line) => log().warn(...line),
        error: (...line) => log().error(...line),
      },
      random: {
        integer: (below) => {
          requireCall('random');
          return randomInt(below);
        },
        hex: (bytes) => {
          requireCall('random');
          return randomBytes(bytes).toString('hex');
        },
      },
      fetch: fetch as unknown as Fetch,
      ssh: {
        run: (...run) => {
          requireCall('ssh');
          return gate.within(serverId, () => ssh().run(...run));
        },
      },
      resolve: (...lookUp) => {
        requireCall('resolve');
        return resolve()(...lookUp);
      },
      customer: async () => {
        requireCall('customer');
        return readCustomerFacts(this.ports.pool, scope.owner, serverId);
      },
      now: () => {
        requireCall('now');
        return new Date(now()).toISOString();
      },
    };
  }
}

/** Made when it is first needed: most turns of a job use little of their context. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Whether the server itself answered, however it did. */
function isHealthy(outcome: CallOutcome): boolean {
  return outcome.status !== undefined ? !downStatuses.has(outcome.status) : outcome.error.code === 'invalid_config';
}

/** What an extension says it leaves on a service, held against what it declared. */
function checkedProperties(module: AnyModule, properties: JsonObject, extension: string): JsonObject {
  if (module.kind !== 'provisioning') return properties;
  try {
    return validateProperties(module.properties as Fields, properties, { path: 'properties' }) as unknown as JsonObject;
  } catch (error) {
    throw new Error(`'${extension}' left properties that it did not declare`, { cause: error });
  }
}

/** Settings that do not fit the fields any more, after an upgrade of the extension, are the admin's to mend. */
function checked(fields: Fields, settings: JsonObject, serverId: string): JsonObject {
  try {
    return validateFields(fields, settings, { path: 'settings' }) as unknown as JsonObject;
  } catch (error) {
    throw new PanelError(
      'invalid_config',
      `the settings of server ${serverId} do not fit: ${error instanceof Error ? error.message : ''}`,
      { cause: error },
    );
  }
}
