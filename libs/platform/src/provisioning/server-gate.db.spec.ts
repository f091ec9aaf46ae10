import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
    await one.pass(id, undefined);
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

  it("keeps the provider's own pause", async () => {
    await gate().block(id, 60_000);
    await expect(gate().pass(id, { requests: 100, perSeconds: 1 })).rejects.toMatchObject(refused);
  });
});
