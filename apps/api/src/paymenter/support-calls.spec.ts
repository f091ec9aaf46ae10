import { describe, expect, it } from '@jest/globals';
import type { ProvisioningDesk, ServiceDetails, ServiceStore } from '@hostwright/core';
import { PanelError, type JsonObject } from '@hostwright/sdk';
import { PaymenterPlans } from './paymenter-calls.js';
import type { PaymenterMapping } from './paymenter-mapping.js';
import { SupportCalls } from './support-calls.js';

const support = { source: 'other-support', product: 'help', order: new Map([['mail', 'email']]), key: { component: 'main', name: 'key' } };
const request = { service_id: '7', email: 'a@example.com', firstname: 'Ada', lastname: 'Lovelace' };
type Facts = Pick<ServiceDetails, 'state' | 'desiredState'>;

/** Takes every order, and refuses every operation as one that makes no sense now. */
const aDesk = (reserved: Record<string, JsonObject>) =>
  ({
    placeOrder: () => Promise.resolve({ serviceId: '1', jobId: '1', created: true, reserved }),
    request: () => Promise.reject(new PanelError('conflict', 'service 1 cannot do that')),
  }) as unknown as ProvisioningDesk;

/** One service, that is as said first when it is looked for and as said second when it is looked at again. */
const services = (first: Facts, second: Facts) =>
  ({
    findExternal: () => Promise.resolve({ id: '1', ...first }),
    get: () => Promise.resolve({ id: '1', ...second }),
  }) as unknown as ServiceStore;

const active: Facts = { state: 'active', desiredState: 'active' };
const suspended: Facts = { state: 'suspended', desiredState: 'suspended' };

function theCalls(over: { sold?: boolean; reserved?: Record<string, JsonObject>; first?: Facts; second?: Facts } = {}): SupportCalls {
  const { sold = true, reserved = { main: { key: 'K-1' } }, first = active, second = first } = over;
  const mapping = { support: sold ? support : undefined } as PaymenterMapping;
  return new SupportCalls(new PaymenterPlans(mapping), aDesk(reserved), services(first, second));
}

describe('calls about support subscriptions', () => {
  it('are for our staff to see to where none are sold', async () => {
    await expect(theCalls({ sold: false }).create(request, 'test')).rejects.toMatchObject({ code: 'invalid_config' });
    await expect(theCalls({ sold: false }).change('7', 'suspend', 'test')).rejects.toMatchObject({ code: 'invalid_config' });
  });

  it.each<Record<string, JsonObject>>([{}, { main: {} }, { main: { key: 7 } }, { main: { key: { $secret: 'x' } } }])(
    'never answer a key that is none (%j)',
    async (reserved) => {
      await expect(theCalls({ reserved }).create(request, 'test')).rejects.toMatchObject({ code: 'invalid_config' });
    },
  );

  it('are a success when another call has done the same in the meantime', async () => {
    expect(await theCalls({ first: active, second: suspended }).change('7', 'suspend', 'test')).toMatchObject({ status: 'SUSPENDED' });
    expect(await theCalls({ first: suspended, second: active }).change('7', 'unsuspend', 'test')).toMatchObject({ status: 'ACTIVE' });
  });

  it.each<[string, 'suspend' | 'unsuspend', Facts, RegExp]>([
    ['will not stay suspended', 'suspend', { state: 'suspended', desiredState: 'active' }, /just being changed/],
    ['will not stay active', 'unsuspend', { state: 'active', desiredState: 'suspended' }, /just being changed/],
    ['is not there yet', 'suspend', { state: 'pending', desiredState: 'active' }, /still being set up/],
    ['is about to end', 'unsuspend', { state: 'active', desiredState: 'terminated' }, /has ended/],
    ['has ended', 'suspend', { state: 'terminated', desiredState: 'terminated' }, /has ended/],
    ['was never delivered', 'unsuspend', { state: 'cancelled', desiredState: 'active' }, /has ended/],
  ])('say so, without a name of ours, when it %s', async (_how, operation, facts, why) => {
    const refused = theCalls({ first: facts }).change('7', operation, 'test');
    await expect(refused).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(why) });
    await expect(refused).rejects.not.toThrow('service 1');
  });

  it('take a subscription that is being set up as good already, as its order was answered', async () => {
    const pending = theCalls({ first: { state: 'pending', desiredState: 'active' } });
    expect(await pending.change('7', 'unsuspend', 'test')).toMatchObject({ status: 'ACTIVE' });
  });
});
