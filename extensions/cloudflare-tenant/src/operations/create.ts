import { operation, PanelError, type Operation } from '@hostwright/sdk';
import { addOnsOf, writeKept } from '../plans.js';
import { Remote } from '../remote.js';
import { accountStep, customerStep, inviteStep, lookAroundStep } from './account-steps.js';
import { addOnStep } from './add-on-steps.js';
import { createAddOns } from './add-ons-alone.js';
import { planStep } from './plan-step.js';
import type { Create } from './shapes.js';
import { markStep, zoneStep } from './zone-steps.js';

/** Throws: `invalid_input` without an address to invite. */
export const create: Operation<Create> = operation({
  steps: [
    'look up customer',
    'create account',
    'look around',
    'create zone',
    'mark zone',
    'set plan',
    'add subscription',
    'invite customer',
  ],
  async run(args) {
    const { ctx, server, product, order, step, skip } = args;
    const remote = new Remote(ctx, server);
    const { plan, frequency, role } = product;
    if (plan === 'none') return createAddOns(remote, args);
    const domain = order.domain.toLowerCase();
    const { email } = order;
    if (product.invite && email === undefined)
      throw new PanelError('invalid_input', 'email: the customer is invited to his account, so his address is needed', { field: 'email' });
    const customer = await step('look up customer', customerStep(remote, ctx));
    const { accountId } = await step('create account', accountStep(remote, ctx, customer));
    const before = await step('look around', lookAroundStep(remote, ctx, { accountId, domain, email }));
    const zone = await step('create zone', zoneStep(remote, ctx, { accountId, domain }, before.zoneId));
    await step('mark zone', markStep(remote, ctx, zone.zoneId, domain));

    const addOns = addOnsOf(product, server.programme);
    const setPlan = async (): Promise<void> => {
      // A new zone is free. One that the customer had gets what was bought.
      if (plan === 'free' && before.zoneId === null) return skip('set plan', 'a new zone is on the free plan');
      await step('set plan', planStep(remote, ctx, { accountId, zoneId: zone.zoneId, plan, frequency, before: before.plan }));
    };
    const add = async (ratePlan: string): Promise<readonly (readonly [string, string])[]> => {
      const made = await step(
        ['add subscription', ratePlan],
        addOnStep(remote, ctx, { accountId, ratePlan }, frequency, before.subscriptions),
      );
      return before.boughtOtherwise.includes(made.id) ? [] : [[ratePlan, made.id]];
    };
    const invite = async (): Promise<void> => {
      if (!product.invite || email === undefined) return skip('invite customer', 'the product has it so');
      await step('invite customer', inviteStep(remote, { accountId, email, role, isMember: before.isMember }));
    };
    const [kept] = await Promise.all([Promise.all(addOns.map(add)), setPlan(), invite()]);
    if (addOns.length === 0) skip('add subscription', 'the product has no add-ons');
    return {
      remoteId: zone.zoneId,
      accountId,
      zoneId: zone.zoneId,
      domain,
      nameServers: zone.nameServers,
      plan,
      zoneMade: before.zoneId === null,
      planBefore: before.plan,
      subscriptions: writeKept(Object.fromEntries(kept.flat())),
      pause: 'nobody' as const,
    };
  },
});
