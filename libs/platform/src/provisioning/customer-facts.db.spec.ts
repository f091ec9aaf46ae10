import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withinCall } from '@hostwright/core';
import { readCustomerFacts } from './customer-facts.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { ExtensionModulesFixture } from './testing/extension-modules-fixture.js';

let engine: EngineFixture;
let mine: string;
let other: string;
beforeAll(async () => {
  engine = await EngineFixture.make();
  mine = await engine.service();
  other = await engine.service();
});
afterAll(() => engine.end());

const facts = (serverId = engine.serverId) => readCustomerFacts(engine.pool, `hw-test-${mine}`, serverId);
const idsOfOthers = async () => (await facts()).others.map(({ serviceId }) => serviceId);

async function job(operation: string, state: string, program: object = { components: [] }): Promise<() => Promise<unknown>> {
  const { rows } = await engine.pool.query<{ id: string }>(
    `INSERT INTO provisioning_job (service_id, operation, state, program, requested_by) VALUES ($1, $2, $3, $4, 'test') RETURNING id`,
    [other, operation, state, JSON.stringify(program)],
  );
  return () => engine.pool.query(`DELETE FROM provisioning_job WHERE id = $1`, [rows[0]!.id]);
}

describe('what a module is told of the customer', () => {
  it('is one mark for all his services, which is no service’s', async () => {
    const { mark } = await facts();
    expect(mark).toMatch(/^hw-test-c[1-9]\d*$/);
    expect((await readCustomerFacts(engine.pool, `hw-test-${other}`, engine.serverId)).mark).toBe(mark);
  });

  it.each(['pending', 'active', 'suspended'])('counts another service that is %s', async (state) => {
    await engine.pool.query(`UPDATE service SET state = $2 WHERE id = $1`, [other, state]);
    expect(await idsOfOthers()).toEqual([other]);
  });

  it.each(['terminated', 'cancelled'])(
    'does not count one that is %s, one on another server, or one of another customer',
    async (state) => {
      await engine.pool.query(`UPDATE service SET state = $2 WHERE id = $1`, [other, state]);
      expect(await idsOfOthers()).toEqual([]);
      await engine.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [other]);
      expect((await facts('999')).others).toEqual([]);
      await engine.pool.query(
        `WITH c AS (INSERT INTO customer (email) VALUES ($1) RETURNING id) UPDATE service SET customer_id = c.id FROM c WHERE service.id = $2`,
        [`${state}@example.com`, other],
      );
      expect(await idsOfOthers()).toEqual([]);
      await engine.pool.query(`UPDATE service SET customer_id = (SELECT customer_id FROM service WHERE id = $1) WHERE id = $2`, [
        mine,
        other,
      ]);
    },
  );

  it.each([
    ['terminate', 'pending', false],
    ['terminate', 'in_progress', false],
    ['terminate', 'waiting', false],
    ['terminate', 'needs_operator', true],
    ['create', 'rolling_back', false],
    ['create', 'waiting', true],
    ['suspend', 'in_progress', true],
  ])('with a %s that is %s: %s', async (operation, state, counts) => {
    const remove = await job(operation, state);
    expect((await idsOfOthers()).length > 0).toBe(counts);
    await remove();
  });

  it.each(['failed', 'cancelled'])('does not count one whose making is %s, until it is tried again', async (state) => {
    await engine.pool.query(`UPDATE service SET state = 'pending' WHERE id = $1`, [other]);
    const made = [await job('create', state)];
    expect(await idsOfOthers()).toEqual([]);
    made.push(await job('create', 'pending'));
    expect(await idsOfOthers()).toEqual([other]);
    for (const remove of made) await remove();
    await engine.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [other]);
  });

  it('has both settings of a service whose package is being changed', async () => {
    const program = {
      components: [
        { serverId: engine.serverId, product: { plan: 'large' } },
        { serverId: '999', product: { plan: 'x' } },
      ],
    };
    const remove = await job('changePackage', 'in_progress', program);
    const { others } = await facts();
    expect(others).toHaveLength(2);
    expect(others).toEqual(
      expect.arrayContaining([
        { serviceId: other, product: {} },
        { serviceId: other, product: { plan: 'large' } },
      ]),
    );
    await remove();
  });

  it('names the domains that he has shown to be his in the DNS, whatever server they lead to, as long as they do', async () => {
    const stranger = await engine.service();
    await engine.pool.query(
      `WITH c AS (INSERT INTO customer (email) VALUES ('stranger@example.com') RETURNING id)
         UPDATE service SET customer_id = c.id FROM c WHERE service.id = $1`,
      [stranger],
    );
    const domain = (serviceId: string, name: string, state: string, verifiedBy: string | null) =>
      engine.pool.query(
        `INSERT INTO domain (service_id, component, name, state, token, addresses, requested_by, verified_by, verified_at, gone_at)
           VALUES ($1, 'web', $2, $3, repeat('t', 32), '{192.0.2.1}', 'test', $4, CASE WHEN $4::text IS NULL THEN NULL ELSE now() END,
             CASE WHEN $3 = 'gone' THEN now() END)`,
        [serviceId, name, state, verifiedBy],
      );
    expect((await facts()).domains).toEqual([]);
    await domain(other, 'b.example', 'active', 'txt');
    await domain(mine, 'a.example', 'active', 'txt');
    // Whoever's name leads to a server that many share may have been let lead there by another.
    await domain(mine, 'leads-here.example', 'active', 'address');
    await domain(mine, 'waits.example', 'adding', null);
    await domain(mine, 'goes.example', 'removing', 'txt');
    await domain(mine, 'gone.example', 'gone', 'txt');
    await domain(stranger, 'victim.example', 'active', 'txt');
    expect((await facts('999')).domains).toEqual(['a.example', 'b.example']);
  });

  it('is asked within a step and nowhere else, and a server’s own reads have no customer', async () => {
    const { ctx } = await new ExtensionModulesFixture(engine.pool).open(engine.serverId);
    await expect(ctx.customer()).rejects.toThrow(/outside a step/);
    const call = { label: 'a step', interactive: false };
    expect(await withinCall(call, () => ctx.customer())).toMatchObject({ mark: expect.stringMatching(/^hw-test-c/) });
    await expect(readCustomerFacts(engine.pool, 'hw-test-0', engine.serverId)).rejects.toMatchObject({ code: 'not_found' });
  });
});
