import type { Journal, Permits, Program } from '@hostwright/core';
import { createProvisioning, PgJournal, PgPermits, type ProvisioningSurroundings } from '@hostwright/platform';
import { createTestDatabase, TurnedSealer, type TestDatabase } from '@hostwright/platform/testing';
import { operation, type JsonObject } from '@hostwright/sdk';
import { MemoryDesk } from './memory-desk.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryOperators } from './memory-operators.js';
import { MemoryPermits } from './memory-permits.js';
import { copy, Tables } from './tables.js';
import { dumpMemory, dumpPostgres, type Dump } from './tables-dump.js';

/** A database that provisioning lives in, real or played, and the ways to it. */
export interface JournalWorld {
  readonly journal: Journal;
  readonly permits: Permits;
  /** A service and its create job, with something reserved. */
  order(): Promise<{ readonly serviceId: string; readonly jobId: string }>;
  request(serviceId: string, operation: string): Promise<string>;
  retry(jobId: string): Promise<string>;
  skip(jobId: string, stepKey: string, output: JsonObject | null): Promise<void>;
  rollBack(jobId: string): Promise<void>;
  markResolved(jobId: string): Promise<void>;
  /** Time passes. */
  pass(ms: number): Promise<void>;
  dump(): Promise<Dump>;
  close(): Promise<void>;
}

const steps = ['a', 'b'];
const program: Program = {
  contract: 1,
  owner: 'hw-sim-1',
  components: [
    {
      name: 'site',
      extension: 'played',
      version: '1.0.0',
      serverId: '1',
      connections: {},
      product: {},
      order: {},
      reserved: { password: { $sealed: 'drowssap' } },
      steps,
    },
  ],
};

export function memoryWorld(): JournalWorld {
  let now = 0;
  const tables = new Tables(() => now);
  const sealer = new TurnedSealer();
  const desk = new MemoryDesk(tables);
  const operators = new MemoryOperators(tables, desk, sealer);
  const asked = { program: () => copy(program), reservations: (jobId: number) => [{ value: `r${jobId}`, component: 'site' }] };
  const later = {
    ...asked,
    program: () => ({ ...copy(program), components: program.components.map((one) => ({ ...copy(one), reserved: {} })) }),
  };
  return {
    journal: new MemoryJournal(tables),
    permits: new MemoryPermits(tables),
    async order() {
      const { service, job } = desk.placeOrder(['site'], () => asked);
      return { serviceId: String(service.id), jobId: String(job.id) };
    },
    request: async (serviceId, name) => String(desk.request(Number(serviceId), name, later).jobId),
    retry: async (jobId) => String(operators.retry(Number(jobId), asked)),
    skip: async (jobId, stepKey, output) => operators.skip(Number(jobId), stepKey, output),
    rollBack: async (jobId) => operators.rollBack(Number(jobId)),
    markResolved: async (jobId) => operators.markResolved(Number(jobId)),
    pass: async (ms) => void (now += ms),
    dump: async () => dumpMemory(tables),
    close: async () => undefined,
  };
}

/** `JsonVault` without keys: it turns what it seals. */
const vault = new TurnedSealer() as unknown as ProvisioningSurroundings['vault'];

export async function postgresWorld(): Promise<JournalWorld> {
  const database = await createTestDatabase();
  const { pool } = database;
  const one = async (text: string, values: unknown[] = []): Promise<string> => (await pool.query<{ id: string }>(text, values)).rows[0]!.id;
  const server = await one(
    `INSERT INTO server (name, extension, kind, settings) VALUES ('s', 'played', 'provisioning', '{}') RETURNING id`,
  );
  const product = await one(`INSERT INTO product (code, name) VALUES ('p', 'P') RETURNING id`);
  const customer = await one(`INSERT INTO customer (email) VALUES ('a@example.com') RETURNING id`);
  const played = operation({ steps, run: async () => undefined });
  const reserve = { id: { kind: 'label', within: () => 'p', from: () => 'r' }, password: { kind: 'password', length: 8 } };
  const provisioning = {
    kind: 'provisioning',
    order: {},
    suspend: played,
    unsuspend: played,
    terminate: played,
    create: { ...played, reserve },
  };
  const { desk, operators } = createProvisioning({
    pool,
    installationId: 'sim',
    extensions: { find: () => ({ extension: { id: 'played', provisioning }, version: '1.0.0', manifest: {} }) } as never,
    modules: {} as never,
    vault,
    doorbell: { ring: async () => undefined } as never,
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined } as never,
    waitScale: 1,
  });
  return {
    journal: new PgJournal(pool),
    permits: new PgPermits(pool),
    async order() {
      const serviceId = await one(`INSERT INTO service (product_id, customer_id) VALUES ($1, $2) RETURNING id`, [product, customer]);
      await pool.query(
        `INSERT INTO service_component (service_id, name, extension, server_id, settings, connections) VALUES ($1, 'site', 'played', $2, '{}', '{}')`,
        [serviceId, server],
      );
      const jobId = await one(
        `WITH j AS (INSERT INTO provisioning_job (service_id, operation, program, requested_by, wake_at, event_count) VALUES ($1, 'create', $2, 'test', now(), 1) RETURNING id, service_id),
           e AS (INSERT INTO provisioning_event (job_id, number, type, step, total, percentage, message) SELECT id, 1, 'progress', 0, 2, 0, 'create: accepted' FROM j),
           r AS (INSERT INTO reservation (pool, value, name, component, job_id, service_id) SELECT 'p', 'v' || id, 'id', 'site', id, service_id FROM j)
         SELECT id FROM j`,
        [serviceId, JSON.stringify(program)],
      );
      return { serviceId, jobId };
    },
    request: async (serviceId, name) => (await desk.request(serviceId, name, 'test')).jobId,
    retry: (jobId) => operators.retry(jobId, 'test'),
    skip: (jobId, stepKey, output) => operators.skip(jobId, stepKey, output, 'test'),
    rollBack: (jobId) => operators.rollBack(jobId, 'test'),
    markResolved: (jobId) => operators.markResolved(jobId, 'seen to', 'test'),
    pass: (ms) => pass(database, ms),
    dump: () => dumpPostgres(pool),
    close: () => database.drop(),
  };
}

/** Everything that is kept of time becomes older. */
async function pass({ pool }: TestDatabase, ms: number): Promise<void> {
  const columns: Readonly<Record<string, readonly string[]>> = {
    worker: ['lease_until'],
    provisioning_job: ['wake_at', 'stop_requested_at', 'started_at', 'finished_at'],
    provisioning_step: ['wake_at', 'trouble_since', 'started_at', 'waiting_since', 'finished_at'],
    permit_slot: ['since'],
    reservation: ['free_at'],
  };
  for (const [table, times] of Object.entries(columns))
    await pool.query(`UPDATE ${table} SET ${times.map((time) => `${time} = ${time} - $1 * interval '1 millisecond'`).join(', ')}`, [ms]);
}
