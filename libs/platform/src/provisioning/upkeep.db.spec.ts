import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Doorbell } from '@hostwright/core';
import { fields, type JsonObject } from '@hostwright/sdk';
import { bundle, order, played, verb } from './testing/bundle.js';
import { EngineFixture } from './testing/engine-fixture.js';
import { PgUpkeepDesk } from './pg-upkeep-desk.js';
import { refused } from './testing/things.js';

const longAgo = '2020-01-01T00:00:00.000Z';
const farOff = '2199-01-01T00:00:00.000Z';

class NoDoorbell extends Doorbell {
  async ring(): Promise<void> {}
}

describe('what a service needs by the clock', () => {
  let engine: EngineFixture;
  let desk: PgUpkeepDesk;
  let done: string[];
  /** When the next is due, as the upkeep tells. */
  let next: string;
  let working: () => void | Promise<void>;
  let tells: (upkeepAt: string) => unknown;

  const kept = (more: object = {}) =>
    played({
      properties: fields({ until: { type: 'text', label: 'Until' } }),
      steps: ['make'],
      async create({ step, service }) {
        await step('make', { run: async () => undefined });
        return { remoteId: `r${service.id}`, until: longAgo };
      },
      more: {
        dates: ({ properties }) => tells((properties as unknown as { until: string }).until) as never,
        upkeep: {
          ...verb('keep', () => undefined),
          onFailure: 'roll back',
          async run({ step, service }) {
            await step('keep', {
              run: async () => {
                done.push(service.id);
                await working();
              },
            });
            return { until: next } as never;
          },
        },
        suspend: verb('suspend', () => undefined),
        terminate: verb('terminate', () => undefined),
        ...more,
      },
    });

  beforeAll(async () => {
    engine = await EngineFixture.make();
    await bundle(engine, 'kept', [
      { name: 'tls', extension: 'kept' },
      { name: 'web', extension: 'plain' },
    ]);
    await engine.runner().start();
  });
  afterAll(() => engine.end());
  beforeEach(async () => {
    engine.reset();
    done = [];
    next = farOff;
    working = () => undefined;
    tells = (upkeepAt) => ({ expiresAt: '2198-06-01T12:00:00+02:00', upkeepAt });
    const plain = played({
      steps: ['make'],
      async create({ step, service }) {
        await step('make', { run: async () => undefined });
        return { remoteId: `p${service.id}` };
      },
      more: { suspend: verb('suspend', () => undefined), terminate: verb('terminate', () => undefined) },
    });
    engine.others = { kept: kept(), plain };
    await engine.pool.query(`UPDATE service_component SET upkeep_at = NULL`);
    desk = new PgUpkeepDesk({
      ...engine.ports,
      extensions: {
        find: (id) => (engine.others[id] ? ({ extension: { id, provisioning: engine.others[id] }, version: '1.0.0' } as never) : undefined),
      },
      doorbell: new NoDoorbell(),
    });
  });

  async function made(): Promise<string> {
    const { jobId, serviceId } = await order(engine, 'kept');
    await engine.until(jobId, 'completed');
    return serviceId;
  }
  const datesOf = async (serviceId: string): Promise<JsonObject> =>
    (
      await engine.pool.query(
        `SELECT to_json(expires_at) AS expires, to_json(upkeep_at) AS upkeep FROM service_component WHERE service_id = $1 AND name = 'tls'`,
        [serviceId],
      )
    ).rows[0];
  const jobs = async (serviceId: string): Promise<readonly { id: string; state: string; requested_by: string; program: JsonObject }[]> =>
    (
      await engine.pool.query(
        `SELECT id, state, requested_by, program FROM provisioning_job WHERE service_id = $1 AND operation = 'upkeep' ORDER BY id`,
        [serviceId],
      )
    ).rows;
  const nextDay = () => engine.pool.query(`UPDATE service_component SET upkeep_asked_at = upkeep_asked_at - interval '25 hours'`);
  const ended = async (serviceId: string, ...states: never[]) => engine.until((await jobs(serviceId)).at(-1)!.id, ...(states as never[]));

  it('is done once when it is due, for the component that needs it, and tells its next time', async () => {
    const serviceId = await made();
    expect(await datesOf(serviceId)).toEqual({
      expires: expect.stringMatching(/^2198-06-01T10:00/),
      upkeep: expect.stringMatching(/^2020-01-01/),
    });
    const found = await Promise.all(Array.from({ length: 6 }, () => desk.requestDue(10)));
    expect(found.reduce((sum, one) => sum + one)).toBe(1);
    const asked = await jobs(serviceId);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.requested_by).toBe('upkeep');
    expect((asked[0]!.program['components'] as JsonObject[]).map(({ name }) => name)).toEqual(['tls']);
    await ended(serviceId, 'completed' as never);
    expect(done).toEqual([serviceId]);
    expect(await datesOf(serviceId)).toMatchObject({ upkeep: expect.stringMatching(/^2199-01-01/) });
    await nextDay();
    expect(await desk.requestDue(10)).toBe(0);
  });

  it('goes on at once with what it says is due since it began, and not with what was due before', async () => {
    const serviceId = await made();
    next = new Date(Date.now() + 100).toISOString();
    await desk.requestDue(10);
    await ended(serviceId, 'completed' as never);
    await new Promise((resolve) => setTimeout(resolve, 200));
    next = '2020-02-01T00:00:00.000Z';
    expect(await desk.requestDue(10)).toBe(1);
    await ended(serviceId, 'completed' as never);
    expect(done).toHaveLength(2);
    expect(await desk.requestDue(10)).toBe(0);
    await nextDay();
    expect(await desk.requestDue(10)).toBe(1);
    await ended(serviceId, 'completed' as never);
  });

  it('is asked of people when it fails, and tried again after a day', async () => {
    const serviceId = await made();
    working = () => refused();
    await desk.requestDue(10);
    expect((await ended(serviceId, 'failed' as never)).tasks).toEqual(['failed']);
    expect(await desk.requestDue(10)).toBe(0);
    await nextDay();
    working = () => undefined;
    expect(await desk.requestDue(10)).toBe(1);
    await ended(serviceId, 'completed' as never);
    expect(done).toHaveLength(2);
  });

  it('waits while anything else is under way, and is not done for what is suspended or ended', async () => {
    const serviceId = await made();
    await engine
      .job('suspend', { serviceId })
      .then((id) => engine.pool.query(`UPDATE provisioning_job SET wake_at = NULL, state = 'needs_operator' WHERE id = $1`, [id]));
    expect(await desk.requestDue(10)).toBe(0);
    await engine.pool.query(
      `UPDATE provisioning_job SET state = 'cancelled', phase = 'ended' WHERE service_id = $1 AND operation = 'suspend'`,
      [serviceId],
    );
    await engine.pool.query(`UPDATE service SET state = 'suspended' WHERE id = $1`, [serviceId]);
    expect(await desk.requestDue(10)).toBe(0);
    await engine.pool.query(`UPDATE service SET state = 'active', desired_state = 'terminated' WHERE id = $1`, [serviceId]);
    expect(await desk.requestDue(10)).toBe(0);
    await engine.pool.query(`UPDATE service SET desired_state = 'active' WHERE id = $1`, [serviceId]);
    expect(await desk.requestDue(10)).toBe(1);
  });

  it('goes on for others where an extension is gone or can do nothing, and comes back another day', async () => {
    const [first, second] = [await made(), await made()];
    const { kept: gone, ...others } = engine.others;
    engine.others = others;
    expect(await desk.requestDue(1)).toBe(1);
    expect(await jobs(first)).toEqual([]);
    engine.others = { ...others, kept: gone! };
    expect(await desk.requestDue(10)).toBe(1);
    expect([(await jobs(first)).length, (await jobs(second)).length]).toEqual([0, 1]);
    await nextDay();
    await desk.requestDue(10);
    expect(await jobs(first)).toHaveLength(1);
  });

  it('asks a person about a module that tells no dates, with what it made in place', async () => {
    tells = () => ({ expiresAt: 'soon' });
    const { jobId } = await order(engine, 'kept');
    expect(await engine.until(jobId, 'needs_operator')).toMatchObject({ tasks: ['bug'] });
  });
});
