import {
  ReconcileServer,
  type ClaimedLook,
  type Finding,
  type LookKind,
  type OccupiedValue,
  type ServerReads,
  type ServiceInspector,
} from '@hostwright/core';
import type { ExpectedLimits, RemoteAccount, Usage } from '@hostwright/sdk';
import { PgLookStore } from '../../looks/index.js';
import { createTestDatabase, type TestDatabase } from '../../testing/index.js';
import { PgFindingStore } from '../pg-finding-store.js';
import { PgReconciliationStore } from '../pg-reconciliation-store.js';

/** A provider: what there is, by remote id, and what goes wrong with the next read. */
export class Provider {
  readonly things = new Map<string, RemoteAccount>();
  readonly usage: Usage[] = [];
  fault: (() => void | Promise<void>) | undefined;

  put(thing: Partial<RemoteAccount> & { readonly remoteId: string }): void {
    this.things.set(thing.remoteId, { name: thing.remoteId, state: 'running', ...thing });
  }
}

/** A panel on a database of its own, whose servers are providers that a test plays. */
export class Panel {
  readonly looks: PgLookStore;
  readonly findings: PgFindingStore;
  /** What a product is allowed. */
  limits: ExpectedLimits = {};
  /** By server id; several servers can be ways to the same one. */
  readonly providers = new Map<string, Provider>();
  /** Between the read of the panel and the record of what was found. */
  meanwhile: (() => Promise<void>) | undefined;
  /** What a server's module says is taken up. */
  occupied: (serverId: string, known: readonly string[]) => readonly OccupiedValue[] = () => [];
  private made = 0;

  private constructor(
    readonly database: TestDatabase,
    private readonly productId: string,
    private readonly customerId: string,
    readonly installationId: string,
  ) {
    this.looks = new PgLookStore(database.pool);
    this.findings = new PgFindingStore(database.pool);
  }

  static async open(installationId = 'mine'): Promise<Panel> {
    const database = await createTestDatabase();
    const one = async (text: string) => (await database.pool.query<{ id: string }>(text)).rows[0]!.id;
    const product = await one(`INSERT INTO product (code, name) VALUES ('p', 'P') RETURNING id`);
    const customer = await one(`INSERT INTO customer (email) VALUES ('a@example.com') RETURNING id`);
    return new Panel(database, product, customer, installationId);
  }

  async close(): Promise<void> {
    await this.database.drop();
  }

  /** A server, connected an hour ago, and its provider. */
  async server(provider = new Provider()): Promise<{ readonly serverId: string; readonly provider: Provider }> {
    this.made += 1;
    const { rows } = await this.database.pool.query<{ id: string }>(
      `INSERT INTO server (name, extension, kind, settings, created_at) VALUES ($1, 'fake', 'provisioning', '{}', now() - interval '2 hours') RETURNING id`,
      [`server ${this.made}`],
    );
    this.providers.set(rows[0]!.id, provider);
    return { serverId: rows[0]!.id, provider };
  }

  /** A service that has been what it is for an hour. Answers its id. */
  async service(serverId: string, remoteId: string | null, state = 'active'): Promise<string> {
    const { rows } = await this.database.pool.query<{ id: string }>(
      `WITH s AS (INSERT INTO service (product_id, customer_id, state, state_since) VALUES ($1, $2, $3, now() - interval '1 hour') RETURNING id),
         c AS (INSERT INTO service_component (service_id, name, extension, server_id, settings, connections, remote_id)
           SELECT id, 'site', 'fake', $4, '{}', '{}', $5 FROM s)
       SELECT id FROM s`,
      [this.productId, this.customerId, state, serverId, remoteId],
    );
    return rows[0]!.id;
  }

  /** A service and its thing at the provider, both as they should be. Answers the service's id. */
  async healthy(serverId: string, remoteId: string, state = 'active'): Promise<string> {
    const serviceId = await this.service(serverId, remoteId, state);
    this.providers.get(serverId)!.put({ remoteId, owner: this.mark(serviceId), state: state === 'suspended' ? 'stopped' : 'running' });
    return serviceId;
  }

  mark(serviceId: string): string {
    return `hw-${this.installationId}-${serviceId}`;
  }

  /** A job of a service, as it stands. */
  async job(
    serviceId: string,
    { state = 'waiting', phase = 'forward', endedAgo }: { state?: string; phase?: string; endedAgo?: string } = {},
  ) {
    const { rows } = await this.database.pool.query<{ id: string }>(
      `INSERT INTO provisioning_job (service_id, operation, program, requested_by, state, phase, finished_at)
       VALUES ($1, 'suspend', '{}', 'test', $2, $3, now() - $4::interval) RETURNING id`,
      [serviceId, state, phase, endedAgo ?? null],
    );
    return rows[0]!.id;
  }

  /** A look that a worker has taken. */
  async claimed(serverId: string, kind: LookKind): Promise<ClaimedLook> {
    await this.looks.request(serverId, kind, 'test');
    return (await this.looks.claim(1, 60_000))[0]!;
  }

  /** One comparison, as a worker does it. Answers what it counted. */
  async reconcile(serverId: string): Promise<Record<string, number>> {
    const look = await this.claimed(serverId, 'reconcile');
    try {
      await this.reconciler().run(look);
    } catch (error) {
      await this.looks.fail(look, String(error));
      throw error;
    }
    const { rows } = await this.database.pool.query<{ counts: Record<string, number> }>(`SELECT counts FROM server_look WHERE id = $1`, [
      look.id,
    ]);
    return rows[0]!.counts;
  }

  reconciler(): ReconcileServer {
    const reads = {
      accounts: async (serverId: string) => {
        const provider = this.providers.get(serverId)!;
        await provider.fault?.();
        return [...provider.things.values()];
      },
      occupied: (serverId: string, known: readonly string[]) => Promise.resolve(this.occupied(serverId, known)),
      expects: () => this.limits,
    };
    return new ReconcileServer(
      reads as unknown as ServerReads,
      { inspect: (serviceId: string) => this.inspect(serviceId) } as unknown as ServiceInspector,
      new PgReconciliationStore(this.database.pool),
      { installationId: this.installationId, graceMs: 300_000 },
    );
  }

  /** What is open at a server: kind, aspect, service. */
  async open(serverId: string): Promise<readonly string[]> {
    return (await this.openFindings(serverId)).map(({ kind, aspect, serviceId }) => `${kind} ${aspect} ${serviceId}`).sort();
  }

  async openFindings(serverId: string): Promise<readonly Finding[]> {
    return (await this.findings.list({ limit: 200 }, { serverId, state: 'open' })).items;
  }

  private async inspect(serviceId: string) {
    await this.meanwhile?.();
    const { rows } = await this.database.pool.query<{ name: string; server_id: string; remote_id: string }>(
      `SELECT name, server_id, remote_id FROM service_component WHERE service_id = $1`,
      [serviceId],
    );
    return rows.map(({ name, server_id, remote_id }) => {
      const thing = this.providers.get(server_id)!.things.get(remote_id);
      const ours = thing !== undefined && thing.owner === this.mark(serviceId);
      return { name, inspection: { state: ours ? thing.state : 'missing' } };
    });
  }
}
