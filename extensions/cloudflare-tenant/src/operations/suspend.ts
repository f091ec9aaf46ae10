import { operation, type Operation } from '@hostwright/sdk';
import { isAddOnAlone, removesMember } from '../plans.js';
import { Remote } from '../remote.js';
import { findOwned } from '../zone-mark.js';
import { expelStep, inviteStep } from './account-steps.js';
import type { Later } from './shapes.js';
import { pauseStep } from './zone-steps.js';

const gone = 'the zone is not at Cloudflare any more';
const notSuspended = 'Cloudflare suspends no add-on; a zone that is paused makes no use of any';

/** Pauses the zone, unless the customer has: then it stays paused when the suspension is over. */
export const suspend: Operation<Later> = operation({
  steps: ['look at zone', 'pause zone', 'remove member'],
  async run({ ctx, server, product, order, properties, step, skip }) {
    if (isAddOnAlone(product)) {
      for (const name of ['look at zone', 'pause zone', 'remove member'] as const) skip(name, notSuspended);
      return undefined;
    }
    const remote = new Remote(ctx, server);
    const { accountId, zoneId } = properties;
    const { role } = product;
    const { email } = order;
    const seen = await step('look at zone', {
      run: async () => {
        const zone = await findOwned(remote.zones, ctx.owner, properties);
        if (zone === undefined) return { paused: null, isMember: false };
        return { paused: zone.paused, isMember: removesMember(product) && (await isMemberOf(remote, accountId, email)) };
      },
    });
    if (seen.paused === null) {
      skip('pause zone', gone);
      skip('remove member', gone);
      return undefined;
    }
    const pause = seen.paused && properties.pause !== 'suspension' ? 'customer' : 'suspension';
    if (pause === 'suspension') await step('pause zone', pauseStep(remote, zoneId, true));
    else skip('pause zone', 'the customer has paused it himself');
    if (!removesMember(product) || email === undefined) skip('remove member', 'the product has it so');
    else if (email.toLowerCase() === server.email.toLowerCase()) skip('remove member', 'he administers the tenant');
    else await step('remove member', expelStep(remote, ctx, { accountId, email, role, isMember: seen.isMember }));
    return { pause };
  },
});

/** Unpauses what the suspension paused, and nothing else. */
export const unsuspend: Operation<Later> = operation({
  steps: ['look at zone', 'unpause zone', 'invite customer'],
  async run({ ctx, server, product, order, properties, step, skip }) {
    if (isAddOnAlone(product)) {
      for (const name of ['look at zone', 'unpause zone', 'invite customer'] as const) skip(name, notSuspended);
      return undefined;
    }
    const remote = new Remote(ctx, server);
    const { accountId, zoneId, pause } = properties;
    const { role } = product;
    const { email } = order;
    const isInvited = product.invite && removesMember(product);
    const seen = await step('look at zone', {
      run: async () => {
        const isThere = (await findOwned(remote.zones, ctx.owner, properties)) !== undefined;
        return { isThere, isMember: isThere && isInvited && (await isMemberOf(remote, accountId, email)) };
      },
    });
    if (seen.isThere && pause === 'suspension') await step('unpause zone', pauseStep(remote, zoneId, false));
    else skip('unpause zone', seen.isThere ? 'the suspension did not pause it' : gone);
    if (seen.isThere && isInvited && email !== undefined)
      await step('invite customer', inviteStep(remote, { accountId, email, role, isMember: seen.isMember }));
    else skip('invite customer', seen.isThere ? 'he was not removed' : gone);
    return { pause: 'nobody' };
  },
});

async function isMemberOf(remote: Remote, accountId: string, email: string | undefined): Promise<boolean> {
  return email !== undefined && (await remote.members.find(accountId, email)) !== undefined;
}
