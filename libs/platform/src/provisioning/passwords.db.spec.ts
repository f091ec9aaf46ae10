import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, PanelError, type JsonObject } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';

let engine: EngineFixture;
/** What the module was given. */
const given: unknown[] = [];
let refuse = false;

beforeAll(async () => {
  engine = await EngineFixture.make();
  await engine.runner().start();
});
afterAll(() => engine.end());
beforeEach(() => {
  engine.reset();
  given.length = 0;
  refuse = false;
  const changePassword = operation({
    steps: ['set'],
    async run({ step, ...about }) {
      const { password } = about as unknown as { password: { $secret: string } };
      await step('set', {
        run: () => {
          given.push(password.$secret);
          return refuse ? Promise.reject(new PanelError('invalid_input', 'too weak', { field: 'password' })) : Promise.resolve();
        },
      });
      return {} as JsonObject;
    },
  });
  engine.modules = { provisioning: { changePassword } };
});

const active = async () => {
  const id = await engine.service();
  await engine.pool.query(`UPDATE service SET state = 'active' WHERE id = $1`, [id]);
  await engine.pool.query(`UPDATE service_component SET remote_id = 'r' || $1 WHERE service_id = $1`, [id]);
  return id;
};
const change = (serviceId: string, over: object = {}) =>
  engine.desk.changePassword({ serviceId, requestedBy: 'customer:1', byCustomer: true, ...over });

describe('a change of password', () => {
  it('is given to the module, and wiped when the job is over', async () => {
    const { jobId } = await change(await active(), { password: 'Chosen-by-me-1' });
    const job = await engine.until(jobId, 'completed');
    expect(given).toEqual(['Chosen-by-me-1']);
    expect(job.program.components[0]?.reserved).toEqual({ password: { $wiped: true } });
  });

  it('that is too weak is told to who chose it, wiped, and another may be chosen', async () => {
    refuse = true;
    const id = await active();
    const { jobId } = await change(id, { password: 'weak-weak-weak' });
    const job = await engine.until(jobId, 'failed', 'needs_operator');
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'invalid_input', message: 'too weak' }, tasks: [], service: 'active' });
    expect(JSON.stringify([job.events, job.program])).not.toMatch(/weak-weak|kaew-kaew/);
    refuse = false;
    await engine.until((await change(id, { password: 'Strong-and-long-1' })).jobId, 'completed');
  });

  it.each(['pending', 'suspended', 'terminated', 'cancelled'])('is refused while the service is %s', async (state) => {
    const id = await active();
    await engine.pool.query(`UPDATE service SET state = $2 WHERE id = $1`, [id, state]);
    await expect(change(id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is refused where no module can, and for a component that is not there', async () => {
    const id = await active();
    await expect(change(id, { component: 'mail' })).rejects.toMatchObject({ code: 'not_found', field: 'component' });
    engine.modules = { provisioning: {} };
    await expect(change(id)).rejects.toMatchObject({ code: 'unsupported' });
    await expect(change('x')).rejects.toMatchObject({ code: 'not_found' });
  });
});
