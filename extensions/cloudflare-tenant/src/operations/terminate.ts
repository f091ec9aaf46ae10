import { operation, type Operation } from '@hostwright/sdk';
import { isAddOnAlone, readKept, removesMember } from '../plans.js';
import { Remote } from '../remote.js';
import { checkAccount, closeAccount, deleteClosed, deleteDoubles } from '../shared-account.js';
import { findOwned } from '../zone-mark.js';
import { restorePlan } from '../zone-plan.js';
import { inviteStep } from './account-steps.js';
import { isNeeded } from './add-on-steps.js';
import { terminateAddOns } from './add-ons-alone.js';
import type { Terminate } from './shapes.js';
import { deleteZone, removeMark, setPaused } from './zone-steps.js';

/**
 * Takes away what was made for the service; the account goes with the last of the customer's services. What stays his is as it was before a
 * suspension that comes to its end here.
 */
export const terminate: Operation<Terminate> = operation({
  steps: [
    'look up customer',
    'check owner',
    'cancel subscription',
    'delete zone',
    'give zone back',
    'close account',
    'delete account',
    'invite customer',
  ],
  async run(args) {
    const { ctx, server, product, order, properties, step, skip } = args;
    const remote = new Remote(ctx, server);
    if (isAddOnAlone(product)) return terminateAddOns(remote, args);
    const { accountId, zoneId, domain, zoneMade, planBefore, pause } = properties;
    const { email } = order;
    const { mark } = await step('look up customer', { run: async () => ({ mark: (await ctx.customer()).mark }) });
    const there = await step('check owner', {
      run: async () => ({
        zone: (await findOwned(remote.zones, ctx.owner, properties)) !== undefined,
        account: (await checkAccount(remote, accountId, mark)) === 'ours',
      }),
    });

    const kept = Object.entries(readKept(properties.subscriptions));
    if (!there.account || kept.length === 0) skip('cancel subscription', there.account ? 'it has no add-ons' : 'the account is gone');
    else {
      for (const [ratePlan, id] of kept) {
        await step(['cancel subscription', ratePlan], {
          run: async () => {
            if (!(await isNeeded(ctx, remote, ratePlan))) await remote.subscriptions.cancel(accountId, id);
          },
        });
      }
    }

    const at = { accountId, zoneId, domain };
    if (there.zone && zoneMade) await step('delete zone', { run: () => deleteZone(remote, ctx, at, product.frequency) });
    else skip('delete zone', there.zone ? 'the customer had it before' : 'it is gone');
    if (there.zone && !zoneMade) {
      await step('give zone back', {
        run: async () => {
          if ((await remote.zones.find(zoneId)) === undefined) return;
          await restorePlan(remote, ctx, zoneId, planBefore, product.frequency);
          if (pause === 'suspension') await setPaused(remote, zoneId, false);
          await removeMark(remote, ctx, zoneId, domain);
        },
      });
    } else skip('give zone back', 'it was made for this service');

    const cancelled = kept.map(([, id]) => id);
    const ending = await step('close account', {
      run: async () => {
        await deleteDoubles(remote, ctx, accountId);
        const outcome = await closeAccount(remote, ctx, accountId, cancelled);
        if (outcome.state === 'kept') ctx.log.info(`the account ${accountId} is kept: ${outcome.reason}`);
        return outcome;
      },
    });
    if (ending.state === 'ours') await step('delete account', { run: () => deleteClosed(remote, accountId, mark) });
    else skip('delete account', ending.state === 'kept' ? ending.reason : 'it is gone');
    const isShutOut = pause !== 'nobody' && removesMember(product);
    if (ending.state === 'kept' && isShutOut && product.invite && email !== undefined)
      await step('invite customer', inviteStep(remote, { accountId, email, role: product.role, isMember: true }));
    else skip('invite customer', isShutOut ? 'there is no account any more' : 'he was not removed');
  },
});
