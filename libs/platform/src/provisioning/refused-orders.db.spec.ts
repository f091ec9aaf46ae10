import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { operation, PanelError, type ErrorCode } from '@hostwright/sdk';
import { EngineFixture } from './testing/engine-fixture.js';
import { Things } from './testing/things.js';

let engine: EngineFixture;
let things: Things;
let refusal: ErrorCode | undefined;

const order = (over: { readonly id?: string; readonly reusable?: true } = {}) =>
  engine.desk.placeOrder({
    productCode: 'zone',
    customerEmail: 'a@example.com',
    order: {},
    external: { source: 'other panel', id: over.id ?? 'shop.example', ...(over.reusable && { reusable: true }) },
    requestedBy: 'test',
  });

beforeAll(async () => {
  engine = await EngineFixture.make();
  await engine.product('zone', {});
  await engine.pool.query(`UPDATE server SET server_group_id = (SELECT id FROM server_group WHERE name = 'zone')`);
  await engine.runner().start();
});
afterAll(() => engine.end());
beforeEach(() => {
  things = new Things();
  refusal = 'invalid_input';
  engine.modules = {
    provisioning: {
      create: operation({
        steps: ['make', 'check'],
        onRefusal: 'withdraw',
        async run({ step, ctx }) {
          await step('make', things.step('thing', ctx.owner));
          await step('check', { run: () => (refusal ? Promise.reject(new PanelError(refusal, 'not delegated')) : Promise.resolve()) });
          return { remoteId: 'thing' };
        },
      }),
      terminate: operation({ steps: ['remove'], run: ({ step }) => step('remove', { run: () => things.remove('thing') }) }),
    },
  };
});

describe('an order that is refused for what was asked', () => {
  it.each<ErrorCode>(['invalid_input', 'conflict', 'not_found'])('is withdrawn, and staff are not asked (%s)', async (code) => {
    refusal = code;
    const { jobId } = await order({ id: code });
    const job = await engine.until(jobId, 'failed', 'needs_operator');
    expect(job).toMatchObject({
      state: 'failed',
      failure: { code, message: 'not delegated' },
      service: 'cancelled',
      tasks: [],
      phase: 'ended',
    });
    expect(things.made.size).toBe(0);
  });

  it('may be ordered again where its id is reusable, and is another service then', async () => {
    const first = await order({ reusable: true });
    await engine.until(first.jobId, 'failed');
    refusal = undefined;
    const again = await Promise.all([1, 2, 3].map(() => order({ reusable: true })));
    expect(again.map(({ created }) => created).sort()).toEqual([false, false, true]);
    expect(new Set(again.map(({ serviceId }) => serviceId)).size).toBe(1);
    expect(again[0]!.serviceId).not.toBe(first.serviceId);
    await engine.until(again[0]!.jobId, 'completed');
    expect(await order({ reusable: true })).toMatchObject({ created: false, serviceId: again[0]!.serviceId });
    const { jobId } = await engine.desk.request(again[0]!.serviceId, 'terminate', 'test');
    await engine.until(jobId, 'completed');
    const next = await order({ reusable: true });
    expect(next).toMatchObject({ created: true });
    await engine.until(next.jobId, 'completed');
  });

  it('has ended for good where its id is not reusable', async () => {
    const { jobId } = await order({ id: 'once' });
    await engine.until(jobId, 'failed');
    await expect(order({ id: 'once' })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('has ended') });
  });
});

it('an order that fails for another reason is seen to by staff', async () => {
  refusal = 'rejected';
  const { jobId } = await order({ id: 'rejected' });
  expect(await engine.until(jobId, 'failed')).toMatchObject({ service: 'pending', tasks: ['failed'] });
});
