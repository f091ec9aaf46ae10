import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Argon2PasswordHasher, createPool } from '@hostwright/platform';
import autocannon from 'autocannon';
import jwt from 'jsonwebtoken';
import type { Pool } from 'pg';
import { ServiceSupply } from '../engine/index.js';
import { meterCpu } from '../measure/index.js';
import { startApp, startProgram, type ChildProgram } from '../processes/index.js';
import type { Goal, Sample } from '../report/index.js';
import { freePort } from '../servers/index.js';
import type { Bench, Row } from './bench.js';

const connections = 50;
const rowCount = 5_000;
const password = 'a password of the bench';
const email = 'staff@example.com';
const floorProgram = fileURLToPath(new URL('../floor/http-floor.js', import.meta.url));

/** A server with the token it wants and the addresses of its rows. */
interface Target {
  readonly program: ChildProgram;
  readonly url: string;
  readonly token: string;
  readonly paths: readonly string[];
}

/** Rows that both sides read: `count` of them, spread over the table. */
const someIds = (first: number, last: number): number[] =>
  Array.from({ length: connections }, (_, at) => first + Math.floor(((last - first) * at) / connections));

async function fetchJson(url: string, init: RequestInit): Promise<{ readonly token?: string; readonly id?: string }> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as { token?: string };
}

/** The API application, and somebody who has logged in there. */
async function startOurs(connectionString: string, paths: readonly string[]): Promise<Target> {
  const port = await freePort();
  // Nobody shall be slowed down for calling too often; the count itself is kept as ever.
  const limits = { API_RATE_PER_MINUTE: '1000000' };
  const program = await startApp('api', connectionString, { PORT: String(port), ...limits });
  const url = `http://127.0.0.1:${port}`;
  const { token } = await fetchJson(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return { program, url, token: token!, paths };
}

async function startFloor(connectionString: string, paths: readonly string[]): Promise<Target> {
  const port = await freePort();
  const secret = randomBytes(32).toString('base64');
  const program = await startProgram(floorProgram, { DATABASE_URL: connectionString, JWT_SECRET: secret, PORT: String(port) });
  const token = jwt.sign({ sub: '1' }, Buffer.from(secret, 'base64'), { expiresIn: '1h', issuer: 'bench', audience: 'bench' });
  return { program, url: `http://127.0.0.1:${port}`, token, paths };
}

async function shoot(target: Target, seconds: number, processes: Record<string, number>): Promise<Sample> {
  const stop = meterCpu({ ...processes, server: target.program.pid });
  const result = await autocannon({
    url: target.url,
    connections,
    duration: seconds,
    headers: { authorization: `Bearer ${target.token}` },
    requests: target.paths.map((path) => ({ path })),
  });
  if (result.errors + result.non2xx > 0) throw new Error(`${result.errors} errors and ${result.non2xx} refusals`);
  const { average } = result.requests;
  return { value: average, cpu: stop(), details: { per_s: average, p50_ms: result.latency.p50, p99_ms: result.latency.p99 } };
}

/** What the API shows, and the same as one flat row for the floor. */
interface Resource {
  readonly name: string;
  readonly what: string;
  readonly path: string;
  readonly goal?: Goal;
  /** Answers a first and a last id of the rows. Fills `floor_row` too. */
  make(pool: Pool): Promise<readonly [number, number]>;
}

async function range(pool: Pool, table: 'service' | 'customer'): Promise<readonly [number, number]> {
  const { rows } = await pool.query<{ first: string; last: string }>(`SELECT min(id) AS first, max(id) AS last FROM ${table}`);
  return [Number(rows[0]!.first), Number(rows[0]!.last)];
}

const service: Resource = {
  name: 'guarded-get-service',
  what: 'a service with its components and jobs',
  path: '/api/v1/services/',
  async make(pool) {
    const services = await ServiceSupply.open(pool, [{ name: 'site', extension: 'shown' }]);
    await services.fill(rowCount);
    await pool.query(`CREATE TABLE floor_row AS SELECT s.id, s.product_id AS "productId", p.code AS "productCode", s.customer_id AS "customerId",
        s.external_source AS "externalSource", s.external_id AS "externalId", s.order_values AS "orderValues", s.state, s.state_since AS "stateSince",
        s.desired_state AS "desiredState", s.observed_state AS "observedState", s.observed_at AS "observedAt", s.created_at AS "createdAt",
        jsonb_build_array(jsonb_build_object('name', c.name, 'extension', c.extension, 'serverId', c.server_id::text, 'remoteId', null, 'properties', '{}'::jsonb)) AS components,
        null::bigint AS "createJobId", null::bigint AS "runningJobId", '{}'::jsonb AS reserved
      FROM service s JOIN product p ON p.id = s.product_id JOIN service_component c ON c.service_id = s.id;
      ALTER TABLE floor_row ADD PRIMARY KEY (id)`);
    return range(pool, 'service');
  },
};

const customer: Resource = {
  name: 'guarded-get',
  what: 'one row, a customer,',
  path: '/api/v1/customers/',
  goal: { better: 'more', must: 0.6, aim: 0.9 },
  async make(pool) {
    await pool.query(
      `INSERT INTO customer (email, name) SELECT 'customer' || i || '@example.com', 'Customer ' || i FROM generate_series(1, ${rowCount}) i`,
    );
    await pool.query(`CREATE TABLE floor_row AS SELECT id, email, name, created_at AS "createdAt" FROM customer;
      ALTER TABLE floor_row ADD PRIMARY KEY (id)`);
    return range(pool, 'customer');
  },
};

function guardedGet(resource: Resource): Row {
  return {
    name: resource.name,
    about: `guarded GET of ${resource.what} by its id, ${connections} connections, by somebody who has logged in`,
    async run(bench: Bench) {
      const connectionString = await bench.panelDatabase(resource.name.replaceAll('-', '_'));
      const pool = createPool({ connectionString, name: 'bench', max: 1, log: { warn: () => undefined } });
      await pool.query(`INSERT INTO account (email, password_hash, role) VALUES ($1, $2, 'staff')`, [
        email,
        await new Argon2PasswordHasher().hash(password),
      ]);
      const ids = someIds(...(await resource.make(pool)));
      await pool.query('VACUUM ANALYZE');
      await pool.end();
      const ours = await startOurs(
        connectionString,
        ids.map((id) => resource.path + id),
      );
      const floor = await startFloor(
        connectionString,
        ids.map((id) => `/rows/${id}`),
      );
      const processes = await bench.processes();
      try {
        await shoot(ours, 2, processes);
        await shoot(floor, 2, processes);
        await bench.compare(
          {
            row: resource.name,
            of: this.about,
            unit: 'requests/s',
            against: 'node:http and pg, one row of the same size',
            ...(resource.goal && { goal: resource.goal }),
          },
          { floor: () => shoot(floor, bench.seconds, processes), ours: () => shoot(ours, bench.seconds, processes) },
        );
      } finally {
        await ours.program.stop();
        await floor.program.stop();
      }
    },
  };
}

export const guardedGetService = guardedGet(service);
export const guardedGetCustomer = guardedGet(customer);
