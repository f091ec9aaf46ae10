import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from '../testing/index.js';
import { ensureInstallation, PgRestorationStore } from './index.js';

let db: TestDatabase;
let restorations: PgRestorationStore;
const rung: string[] = [];
const storeOf = ({ pool }: TestDatabase) =>
  new PgRestorationStore(pool, { ring: (queue: string) => Promise.resolve(void rung.push(queue)) } as never);
const one = async <T = string>(text: string, values: unknown[] = []): Promise<T> =>
  Object.values((await db.pool.query<Record<string, T>>(text, values)).rows[0]!)[0]!;
const server = (name: string, kind = 'provisioning') =>
  one(`INSERT INTO server (name, extension, kind, settings) VALUES ($1, 'fake', $2, '{}') RETURNING id`, [name, kind]);
const account = (email: string) => one(`INSERT INTO account (email, password_hash, role) VALUES ($1, 'x', 'staff') RETURNING id`, [email]);
/** As if the database had come out of a backup. */
const restore = () => db.pool.query(`UPDATE database_identity SET identity = 'another'`);
const states = async () => (await restorations.latest())?.servers.map(({ name, state }) => `${name} ${state}`);
/** A look that went well, of the server. */
const look = (serverId: string, began = '0 seconds') =>
  one(
    `INSERT INTO server_look (server_id, kind, state, requested_by, started_at, ended_at) VALUES ($1, 'reconcile', 'failed', 'test', now() - $2::interval, now()) RETURNING id`,
    [serverId, began],
  );

beforeEach(async () => {
  db = await createTestDatabase();
  restorations = storeOf(db);
  rung.length = 0;
});
afterEach(() => db.drop());

describe('ensureInstallation', () => {
  it('draws one id, whoever asks first, and takes a new database for itself', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => ensureInstallation(db.pool)));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[a-z0-9]{8}$/);
    expect(await restorations.latest()).toBeUndefined();
  });
});

describe('a database that is the one it was', () => {
  it('is known again, whatever the server does to keep it tidy', async () => {
    await ensureInstallation(db.pool);
    await server('a');
    for (const tidy of [
      'VACUUM FREEZE',
      'VACUUM FULL database_identity',
      'VACUUM FULL installation',
      'REINDEX TABLE database_identity',
      'CHECKPOINT',
    ])
      await db.pool.query(tidy);
    await ensureInstallation(db.pool);
    expect(await restorations.notice()).toBe(false);
    expect(await restorations.latest()).toBeUndefined();
  });

  it('can be told from others by a role that may do no more than the panel must', async () => {
    await ensureInstallation(db.pool);
    const role = `panel_${Date.now().toString(36)}`;
    const client = await db.pool.connect();
    try {
      await client.query(`BEGIN; CREATE ROLE ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}; SET LOCAL ROLE ${role}`);
      const { rows } = await client.query(
        `SELECT (SELECT system_identifier FROM pg_control_system()) > 0 AS a, pg_walfile_name(pg_current_wal_lsn()) <> '' AS b`,
      );
      expect(rows).toEqual([{ a: true, b: true }]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('a database that is another one than it was', () => {
  beforeEach(async () => {
    await ensureInstallation(db.pool);
    await server('a');
  });

  it.each([
    [
      'its rows were put back',
      `CREATE TEMP TABLE kept AS SELECT * FROM database_identity; DELETE FROM database_identity; INSERT INTO database_identity SELECT * FROM kept`,
    ],
    [
      'its tables were made anew',
      `CREATE TABLE made (LIKE installation INCLUDING ALL); INSERT INTO made SELECT * FROM installation; DROP TABLE installation; ALTER TABLE made RENAME TO installation`,
    ],
    [
      'it is on another server',
      `UPDATE database_identity SET identity = regexp_replace(identity, '^\\d+', '1'), written_in = pg_current_xact_id()::xid::text`,
    ],
    [
      'another history goes on from it',
      `UPDATE database_identity SET identity = regexp_replace(identity, '\\w+$', '00000099'), written_in = pg_current_xact_id()::xid::text`,
    ],
  ])('is noticed, once: %s', async (_, how) => {
    const client = await db.pool.connect();
    await client.query(how).finally(() => client.release());
    const noticed = await Promise.all([0, 1, 2].map(() => restorations.notice()));
    expect(noticed.filter(Boolean)).toHaveLength(1);
    expect(await restorations.latest()).toMatchObject({ reason: 'database', endedAt: null });
    expect(await states()).toEqual(['a held']);
    expect(await restorations.notice()).toBe(false);
  });

  it('is noticed when it is a copy, and the copy alone', async () => {
    const copy = await copyTestDatabase(db);
    try {
      expect(await ensureInstallation(copy.pool)).toBe(await ensureInstallation(db.pool));
      expect(await storeOf(copy).latest()).toMatchObject({ endedAt: null });
      expect(await restorations.latest()).toBeUndefined();
    } finally {
      await copy.drop();
    }
  });

  it('is told to staff, with a mail, and written into the audit', async () => {
    await restore();
    await restorations.notice();
    expect(await one(`SELECT kind || ' ' || state FROM operator_task`)).toBe('restored open');
    expect(await one(`SELECT payload ->> 'title' FROM outbox WHERE topic = 'operator_task.opened'`)).toBe(
      'This panel runs on a restored database',
    );
    expect(await one(`SELECT actor || ' ' || action FROM audit`)).toBe('system restoration.found');
  });

  it('never gives out an id again that may have been given out since', async () => {
    const before = await account('a@example.com');
    await restore();
    await restorations.notice();
    const after = await account('b@example.com');
    expect(BigInt(after)).toBeGreaterThanOrEqual(BigInt(Date.now()) - 60_000n);
    expect(await one(`SELECT email FROM account WHERE id = $1`, [before])).toBe('a@example.com');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await restore();
    await restorations.notice();
    expect(BigInt(await account('c@example.com'))).toBeGreaterThan(BigInt(after));
  });

  it('ends links that are in mails, and those to files: one of them may have been used since', async () => {
    await ensureInstallation(db.pool);
    const customerId = await one(`INSERT INTO customer (email) VALUES ('ann@example.com') RETURNING id`);
    await one(
      `INSERT INTO one_time_link (token_hash, purpose, customer_id, expires_at) VALUES (repeat('a', 64), 'set_password', $1, now() + interval '1 day') RETURNING id`,
      [customerId],
    );
    await one(
      `WITH p AS (INSERT INTO product (code, name) VALUES ('shop', 'Shop') RETURNING id),
         s AS (INSERT INTO service (product_id, customer_id) SELECT id, $1 FROM p RETURNING id)
       INSERT INTO file_link (token_hash, service_id, component, requested_by, expires_at)
       SELECT repeat('b', 64), id, 'site', 'staff:1', now() + interval '5 minutes' FROM s RETURNING id`,
      [customerId],
    );
    await restore();
    await ensureInstallation(db.pool);
    expect(await one<boolean>(`SELECT expires_at <= now() FROM one_time_link`)).toBe(true);
    expect(await one<boolean>(`SELECT expires_at <= now() FROM file_link`)).toBe(true);
  });

  it('holds what delivers services; what is connected to that is held with it', async () => {
    await server('dns', 'dns');
    await restore();
    await restorations.notice();
    expect(await states()).toEqual(['a held']);
  });

  it('holds everything once more when it is restored once more', async () => {
    const b = await server('b');
    await restore();
    await restorations.notice();
    await restorations.release(b, 'empty', 'staff:1');
    await restore();
    await restorations.notice();
    expect(await states()).toEqual(['a held', 'b held']);
    expect(await one<string>(`SELECT string_agg(state, ' ' ORDER BY id) FROM operator_task`)).toBe('resolved open');
  });

  it('is nothing to hold still for where there is no server', async () => {
    await db.pool.query('DELETE FROM server');
    await restore();
    await restorations.notice();
    expect((await restorations.latest())!.endedAt).not.toBeNull();
    expect(await one<number>(`SELECT count(*)::int FROM operator_task`)).toBe(0);
  });
});

describe('a held server', () => {
  let a: string;
  let b: string;
  beforeEach(async () => {
    await ensureInstallation(db.pool);
    a = await server('a');
    b = await server('b');
    await restore();
    await restorations.notice();
  });

  it('is let go of by staff who say why, audited, and jobs are rung for', async () => {
    const left = await restorations.release(a, 'its datacentre is gone', 'staff:7');
    expect(left.servers).toMatchObject([
      { serverId: a, state: 'released', endedBy: 'staff:7', reason: 'its datacentre is gone' },
      { serverId: b, state: 'held', endedBy: null },
    ]);
    expect(left.endedAt).toBeNull();
    expect(rung).toEqual(['provisioning']);
    expect(await one(`SELECT actor || ' ' || subject || ' ' || details FROM audit WHERE action = 'restoration.server_released'`)).toBe(
      `staff:7 server:${a} {"reason": "its datacentre is gone"}`,
    );
  });

  it('is let go of once, and only one that there is', async () => {
    await restorations.release(a, 'x', 'staff:1');
    await expect(restorations.release(a, 'x', 'staff:1')).rejects.toMatchObject({ code: 'conflict' });
    await expect(restorations.release('999999', 'x', 'staff:1')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is the last one once, though two let go of the last two at the same time; then staff hear what was found', async () => {
    await db.pool.query(
      `INSERT INTO reconciliation_finding (server_id, service_id, remote_id, kind, aspect, last_look_id)
       VALUES ($1, 900, '1', 'orphan', 'unknown', 1), ($1, 1, '2', 'orphan', 'ended', 1), ($2, 2, '3', 'missing', 'gone', 1)`,
      [a, b],
    );
    await Promise.all([restorations.release(a, 'x', 'staff:1'), restorations.release(b, 'x', 'staff:1')]);
    expect((await restorations.latest())!.endedAt).not.toBeNull();
    expect((await restorations.latest())!.servers.map(({ findings }) => findings)).toEqual([
      { orphan: 2, missing: 0, drift: 0 },
      { orphan: 0, missing: 1, drift: 0 },
    ]);
    const { rows } = await db.pool.query(`SELECT state, title, detail FROM operator_task ORDER BY id`);
    expect(rows).toMatchObject([
      { state: 'resolved' },
      { state: 'open', title: expect.stringContaining('2 orphans, 1 missing, 0 drifted') },
    ]);
    expect(rows[1].detail).toMatch(/^1 of the orphans/);
  });

  it('is shown with why the last look at it failed', async () => {
    await db.pool.query(`UPDATE server_look SET error = 'unavailable: refused' WHERE id = $1`, [await look(a)]);
    expect((await restorations.latest())!.servers.map(({ lookError }) => lookError)).toEqual(['unavailable: refused', null]);
  });
});
