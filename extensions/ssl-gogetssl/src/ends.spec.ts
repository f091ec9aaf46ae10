import { describe, expect, it } from '@jest/globals';
import { failureOf, putControl, testCtx } from '@hostwright/sdk-testing';
import { alive, aStage, callsOf, create, later, run, type Left, type Stage } from '../test/stage.js';
import { certificate, provisioning } from './modules.js';

const cancellations = (stage: Stage, how: { byStaff?: boolean; open?: boolean }) => putControl(stage.sandbox, '/cancellations', how);
const terminate = (stage: Stage, left: Left) => run(stage, provisioning.terminate as never, later(left));

describe('an order of GoGetSSL that is withdrawn', () => {
  it('is paid back when its making is undone, however often', async () => {
    const stage = await aStage();
    const { undo } = await create(stage);
    await undo();
    await undo();
    expect(alive(stage)).toEqual([]);
  });

  it('stays active until people have seen to it: asked for is done', async () => {
    const stage = await aStage();
    await cancellations(stage, { byStaff: true });
    const { undo, output } = await create(stage);
    await undo();
    expect(alive(stage)).toEqual([]);
    const status = await certificate.status({ ctx: testCtx(), server: stage.sandbox.server as never, orderId: output['orderId']! });
    expect(status.state).toBe('issued');
  });

  it('too late to be paid back becomes a task for a person, whether GoGetSSL refuses that or keeps it active', async () => {
    const stage = await aStage();
    const { undo, output } = await create(stage);
    await cancellations(stage, { open: false });
    await expect(undo()).rejects.toMatchObject({ code: 'rejected', message: expect.stringMatching(/can not be cancelled/) });
    expect(alive(stage)).toEqual([output['orderId']]);
  });
});

describe('the end of a service', () => {
  it('ends its order, however often it is asked; none there is as good', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    for (let time = 0; time < 2; time += 1) await terminate(stage, output);
    expect(alive(stage)).toEqual([]);
    await run(stage, certificate.cancel, { input: { orderId: '1' } });
  });

  it('is as good when the order stays active until people have seen to it, however often it is asked', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await cancellations(stage, { byStaff: true });
    for (let time = 0; time < 2; time += 1) await terminate(stage, output);
    expect(alive(stage)).toEqual([]);
  });

  it('leaves an order to run out that is not taken back any more, and the log says so', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await cancellations(stage, { open: false });
    await terminate(stage, output);
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it('ends the orders that renewals took the place of, too', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    const renewed = { ...output, ...((await run(stage, provisioning.renew!, later(output))).output as object) } as Left;
    expect(renewed['earlierOrders']).toBe(output['orderId']);
    await terminate(stage, renewed);
    expect(alive(stage)).toEqual([]);
  });

  it.each(['lost_reply', 'ghost_success', 'error_before'] as const)('ends it once when the answer to that shows %s', async (kind) => {
    const stage = await aStage();
    const { output } = await create(stage);
    stage.sandbox.fault({ kind, path: '/orders/cancel_ssl_order/' });
    await terminate(stage, output);
    expect(alive(stage)).toEqual([]);
  });
});

describe('a certificate that is revoked', () => {
  const revoke = (stage: Stage, left: Left) =>
    run(stage, certificate.revoke, {
      input: { orderId: left['orderId']!, certificate: left['certificate']!, reason: 'keyCompromise' },
    });

  it('is so with its order, since GoGetSSL has no other call for it; whoever asks has to agree to that', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await run(stage, provisioning.actions!['revoke']!, later(output, { input: { reason: 'keyCompromise' } }));
    expect(alive(stage)).toEqual([]);
    expect(provisioning.actions!['revoke']!.confirm).toMatch(/order ends too/);
    // Once more is as good.
    await revoke(stage, output);
    expect(callsOf(stage, '/orders/cancel_ssl_order/')).toBe(1);
  });

  it('by another certificate than the one its order has now takes nothing from that', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await run(stage, provisioning.actions!['reissue']!, later(output, { input: {} }));
    expect((await failureOf(revoke(stage, output))).code).toBe('unsupported');
    expect(alive(stage)).toEqual([output['orderId']]);
  });

  it('is refused in the words of GoGetSSL when the order is not taken back any more', async () => {
    const stage = await aStage();
    const { output } = await create(stage);
    await cancellations(stage, { open: false });
    expect((await failureOf(revoke(stage, output))).code).toBe('rejected');
  });
});
