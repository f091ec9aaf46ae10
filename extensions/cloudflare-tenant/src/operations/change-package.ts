import { operation, PanelError, type Operation } from '@hostwright/sdk';
import { addOnsOf, isAddOnAlone, isSameRatePlan, planOf, readKept, removesMember, writeKept } from '../plans.js';
import { Remote } from '../remote.js';
import { demandOwned } from '../zone-mark.js';
import { readPlan } from '../zone-plan.js';
import { inviteStep } from './account-steps.js';
import { addOnStep, boughtOtherwise, isNeeded } from './add-on-steps.js';
import { changeAddOns } from './add-ons-alone.js';
import { planStep } from './plan-step.js';
import type { Change } from './shapes.js';

/** What is better comes first and what is no longer paid for last, so that the customer never has less than the lesser of the two. */
export const changePackage: Operation<Change> = operation({
  steps: ['look at zone', 'mark zone', 'add subscription', 'set plan', 'cancel subscription', 'unmark zone', 'invite customer'],
  async run(args) {
    const { ctx, server, product, previous, order, properties, step, skip } = args;
    const remote = new Remote(ctx, server);
    const { accountId, zoneId } = properties;
    const { plan, frequency } = product;
    if (plan === 'none') return changeAddOns(remote, args);
    for (const name of ['mark zone', 'unmark zone'] as const) skip(name, 'the zone is its own');
    const before = await step('look at zone', {
      run: async () => {
        await demandOwned(remote.zones, ctx.owner, properties);
        const now = await readPlan(remote, zoneId);
        const live = await remote.subscriptions.live(accountId);
        return {
          plan: now.ratePlan === '' ? 'free' : now.ratePlan,
          planId: now.subscriptionId ?? '',
          subscriptions: live.map(({ id }) => id),
          boughtOtherwise: await boughtOtherwise(ctx, remote, live),
        };
      },
    });

    const wanted = addOnsOf(product, server.programme);
    // One that was cancelled by hand meanwhile is none.
    const had = Object.entries(readKept(properties.subscriptions)).filter(([, id]) => before.subscriptions.includes(id));
    const added = wanted.filter((id) => !had.some(([ratePlan]) => isSameRatePlan(ratePlan, id)));
    const kept = new Map(had.filter(([ratePlan]) => wanted.some((id) => isSameRatePlan(ratePlan, id))));
    for (const ratePlan of added) {
      const made = await step(
        ['add subscription', ratePlan],
        addOnStep(remote, ctx, { accountId, ratePlan }, frequency, before.subscriptions),
      );
      if (!before.boughtOtherwise.includes(made.id)) kept.set(ratePlan, made.id);
    }
    if (added.length === 0) skip('add subscription', 'there is none to add');

    const mayBeEnding = previous.plan !== plan && planOf(before.plan) === plan && before.planId !== '';
    await step(
      'set plan',
      planStep(remote, ctx, { accountId, zoneId, plan, frequency, before: before.plan, planId: before.planId, mayBeEnding }),
    );

    const dropped = had.filter(([ratePlan]) => !kept.has(ratePlan));
    for (const [ratePlan, id] of dropped) {
      await step(['cancel subscription', ratePlan], {
        run: async () => {
          if (!(await isNeeded(ctx, remote, ratePlan))) await remote.subscriptions.cancel(accountId, id);
        },
      });
    }
    if (dropped.length === 0) skip('cancel subscription', 'there is none to cancel');

    const isShutOut = properties.pause !== 'nobody' && removesMember(product);
    if (!isShutOut && product.invite && order.email !== undefined)
      await step('invite customer', inviteStep(remote, { accountId, email: order.email, role: product.role, isMember: true }));
    else skip('invite customer', isShutOut ? 'the service is suspended' : 'the product has it so');
    return { plan, subscriptions: writeKept(Object.fromEntries(kept)) };
  },
});

/**
 * Throws: `conflict` when add-ons would be billed in another rhythm than they were bought in, which Cloudflare has no call for, and between
 * a zone with its plan and add-ons alone.
 */
export function allowChange({ from, to }: { readonly from: Change['input']['previous']; readonly to: Change['input']['product'] }): void {
  if (from.frequency !== to.frequency)
    throw new PanelError('conflict', `Cloudflare bills this service ${from.frequency}; it cannot be changed to ${to.frequency}`);
  if (isAddOnAlone(from) !== isAddOnAlone(to))
    throw new PanelError(
      'conflict',
      'what has a zone of its own cannot become add-ons for that of another service, or the other way round',
    );
}
