import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { action, operation, PanelError } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;
let refuses = true;

beforeAll(async () => {
  engine = await EngineFixture.make();
  await engine.runner().start();
  await engine.product('large', {});
});
afterAll(() => engine.end());
beforeEach(() => {
  engine.reset();
  refuses = true;
  const become = operation({
    steps: ['ask'],
    async run({ step }) {
      await step('ask', { run: () => (refuses ? Promise.reject(new PanelError('rejected', 'no')) : Promise.resolve()) });
    },
  });
  engine.modules = { provisioning: { suspend: become, unsuspend: become, terminate: become } };
});

const service = async (state: string): Promise<string> => {
  const id = await engine.service();
  await engine.pool.query(`UPDATE service SET state = $2, desired_state = $2 WHERE id = $1`, [id, state]);
  await engine.pool.query(`UPDATE service_component SET remote_id = 'r1' WHERE service_id = $1`, [id]);
  return id;
};
const of = async (id: string) => (await engine.pool.query(`SELECT state, desired_state FROM service WHERE id = $1`, [id])).rows[0];
const is = (state: string, desired = state) => ({ state, desired_state: desired });

describe('a service whose removal has been asked for', () => {
  const restart = action({ label: 'Restart', steps: [], run: async () => undefined });

  it.each(['suspend', 'changePackage', 'restart'])('cannot be asked to %s, and is meant to end', async (what) => {
    const id = await service('active');
    const changePackage = operation({ steps: [], run: async () => undefined });
    engine.modules = { provisioning: { ...engine.modules['provisioning'], changePackage, actions: { restart } } };
    const { jobId } = await engine.desk.request(id, 'terminate', 'test');
    const asked = {
      suspend: () => engine.desk.request(id, 'suspend', 'test'),
      changePackage: () => engine.desk.changePackage(id, 'large', 'test'),
      restart: () => engine.desk.act({ serviceId: id, name: 'restart', input: {}, requestedBy: 'test', byCustomer: false }),
    }[what]!;
    await expect(asked()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('being terminated') });
    expect(await of(id)).toEqual(is('active', 'terminated'));
    expect(await engine.desk.request(id, 'terminate', 'test')).toEqual({ jobId, created: false });
  });
});

describe.each([
  ['suspend', 'active', 'suspended'],
  ['unsuspend', 'suspended', 'active'],
])('a service that could not %s', (asked, state, desired) => {
  const stuck = async (id: string): Promise<string> => {
    const { jobId } = await engine.desk.request(id, asked, 'test');
    await engine.until(jobId, 'needs_operator');
    return jobId;
  };

  it('is meant to come to it as long as a person decides', async () => {
    const id = await service(state);
    await stuck(id);
    expect(await of(id)).toEqual(is(state, desired));
  });

  it('is meant to stay as it is when staff close that as failed, and can be asked again', async () => {
    const id = await service(state);
    const jobId = await stuck(id);
    await engine.operators.markResolved(jobId, 'the customer has paid', 'staff:1');
    expect(await of(id)).toEqual(is(state));
    refuses = false;
    const again = await engine.desk.request(id, asked, 'test');
    expect(again.created).toBe(true);
    await engine.until(again.jobId, 'completed');
    expect(await of(id)).toEqual(is(desired));
  });

  it('is meant to stay as it is when staff roll that back', async () => {
    const id = await service(state);
    const jobId = await stuck(id);
    await engine.operators.rollBack(jobId, 'staff:1');
    await engine.until(jobId, 'cancelled');
    expect(await of(id)).toEqual(is(state));
  });

  it('is meant to end when that was asked for meanwhile', async () => {
    const id = await service(state);
    const jobId = await stuck(id);
    const { jobId: last } = await engine.desk.request(id, 'terminate', 'test');
    await engine.until(jobId, 'cancelled');
    await engine.until(last, 'needs_operator');
    expect(await of(id)).toEqual(is(state, 'terminated'));
  });
});
