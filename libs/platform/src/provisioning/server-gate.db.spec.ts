import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool, QueryConfig } from 'pg';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { ServerGate } from './server-gate.js';

const refused = { code: 'unavailable' };

describe('the gate in front of a server', () => {
  let database: TestDatabase;
  let server = 0;
  let id = '';
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    id = String(++server);
  });
  const gate = () => new ServerGate(database.pool, () => Date.now(), 1);

  it('opens for every process after five bad calls in a row, and says how long', async () => {
    const [one, other] = [gate(), gate()];
    for (let call = 0; call < 5; call += 1) {
      await one.pass(id, undefined);
      await one.ended(id, false);
    }
    await expect(one.pass(id, undefined)).rejects.toMatchObject(refused);
    await expect(other.pass(id, undefined)).rejects.toMatchObject({ ...refused, retryAfterMs: expect.any(Number) });
  });

  it('lets a single caller try once the pause is over, and closes when that goes well', async () => {
    const one = gate();
    for (let call = 0; call < 5; call += 1) await one.ended(id, false);
    await database.pool.query(`UPDATE breaker SET open_until = now() - interval '1 second' WHERE server_id = $1`, [id]);
    const [first, second] = [gate(), gate()];
    await first.pass(id, undefined);
    await expect(second.pass(id, undefined)).rejects.toMatchObject(refused);
    await first.ended(id, true);
    await gate().pass(id, undefined);
  });

  it('one good call forgets the bad ones before it', async () => {
    const one = gate();
    for (let call = 0; call < 4; call += 1) await one.ended(id, false);
    await one.ended(id, true);
    await one.ended(id, false);
    await expect(one.pass(id, undefined)).resolves.toBeUndefined();
  });

  it('never lets more calls through than the rate allows, whoever asks', async () => {
    const gates = [gate(), gate(), gate()];
    const rate = { requests: 40, perSeconds: 3_600 };
    let passed = 0;
    for (let call = 0; call < 60; call += 1) {
      await gates[call % 3]!.pass(id, rate).then(
        () => (passed += 1),
        (error: unknown) => expect(error).toMatchObject(refused),
      );
    }
    expect(passed).toBeLessThanOrEqual(40);
    expect(passed).toBeGreaterThanOrEqual(30);
  });

  it("keeps the provider's own pause, also for a module that declares no rate, and other processes keep it too", async () => {
    const [one, other] = [gate(), gate()];
    await one.block(id, 60_000);
    for (const each of [one, other]) {
      await expect(each.pass(id, { requests: 100, perSeconds: 1 })).rejects.toMatchObject(refused);
      await expect(each.pass(id, undefined)).rejects.toMatchObject({ ...refused, retryAfterMs: expect.any(Number) });
    }
  });

  it('tells a process that had looked a moment before of the pause within a second or so', async () => {
    const [one, other] = [gate(), gate()];
    await other.pass(id, undefined);
    await one.block(id, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await expect(other.pass(id, undefined)).rejects.toMatchObject(refused);
  });

  it('writes the pause of a whole storm down once, and keeps the longest', async () => {
    let writes = 0;
    const counting = {
      query: (query: QueryConfig) => {
        if (query.name === 'rate-block') writes += 1;
        return database.pool.query(query);
      },
    } as unknown as Pool;
    const one = new ServerGate(counting, () => Date.now(), 1);
    await Promise.all(Array.from({ length: 50 }, () => one.block(id, 30_000)));
    await one.block(id, 90_000);
    expect(writes).toBe(2);
    const error = (await gate()
      .pass(id, undefined)
      .catch((thrown: unknown) => thrown)) as { retryAfterMs: number };
    expect(error.retryAfterMs).toBeGreaterThan(60_000);
  });

  it('lets no more calls out than there are connections, so that a server that is silent keeps no job of another waiting', async () => {
    const one = gate();
    for (let call = 0; call < 32; call += 1) await one.pass(id, undefined);
    const short = (await one.pass(id, undefined).catch((thrown: unknown) => thrown)) as { retryAfterMs: number };
    expect(short).toMatchObject({ ...refused, retryAfterMs: 250 });
    await one.pass(String(server + 1_000_000), undefined);
    await one.ended(id, true);
    await one.pass(id, undefined);
    await expect(one.within(id, () => Promise.resolve())).rejects.toMatchObject(refused);
  });

  it('sends those away for longer who find no place at a server from which nothing comes back', async () => {
    let now = Date.now();
    const one = new ServerGate(database.pool, () => now, 1);
    for (let call = 0; call < 32; call += 1) await one.pass(id, undefined);
    now += 2_000;
    await expect(one.pass(id, undefined)).rejects.toMatchObject({ ...refused, retryAfterMs: 5_000 });
    // A call that was cut short by us frees its place and says nothing about the server.
    await one.ended(id, undefined);
    await one.pass(id, undefined);
  });

  it('draws tokens once for all who ask at the same time', async () => {
    const one = gate();
    const rate = { requests: 400, perSeconds: 3_600 };
    await Promise.all(Array.from({ length: 30 }, () => one.pass(id, rate)));
    const { rows } = await database.pool.query<{ tokens: number }>(`SELECT tokens FROM rate_bucket WHERE server_id = $1`, [id]);
    expect(rows[0]!.tokens).toBeGreaterThan(365);
  });
});
