import { operation, type Operation } from '@hostwright/sdk';
import { isGone } from '@hostwright/vendor-cloudflare';
import { Remote } from '../remote.js';
import { findOwned } from '../zone-mark.js';
import { inviteStep } from './account-steps.js';
import type { Later } from './shapes.js';

const gone = 'the zone is not at Cloudflare any more';

/** Pauses the zone, unless the customer has: then it stays paused when the suspension is over. */
export const suspend: Operation<Later> = operation({
  steps: ['look at zone', 'pause zone', 'remove member'],
  async run({ ctx, server, product, order, properties, step, skip }) {
    const remote = new Remote(ctx, server);
    const { accountId, zoneId } = properties;
    const seen = await step('look at zone', {
      run: async () => {
        const zone = await findOwned(remote.zones, ctx.owner, properties);
        return { paused: zone?.paused ?? null };
      },
    });
    if (seen.paused === null) {
      skip('pause zone', gone);
      skip('remove member', gone);
      return undefined;
    }
    const pause = seen.paused && properties.pause !== 'suspension' ? 'customer' : 'suspension';
    if (pause === 'suspension') await step('pause zone', { run: () => setPaused(remote, zoneId, true) });
    else skip('pause zone', 'the customer has paused it himself');
    const { email } = order;
    if (product.suspension === 'pauses the zone' || email === undefined) skip('remove member', 'the product has it so');
    else {
      await step('remove member', {
        run: async () => {
          const { others } = await ctx.customer();
          const member = others.length > 0 ? undefined : await remote.members.find(accountId, email);
          if (member !== undefined) await remote.members.remove(accountId, member.id);
        },
      });
    }
    return { pause };
  },
});

/** Unpauses what the suspension paused, and nothing else. */
export const unsuspend: Operation<Later> = operation({
  steps: ['look at zone', 'unpause zone', 'invite customer'],
  async run({ ctx, server, product, order, properties, step, skip }) {
    const remote = new Remote(ctx, server);
    const { accountId, zoneId, pause } = properties;
    const seen = await step('look at zone', {
      run: async () => {
        const zone = await findOwned(remote.zones, ctx.owner, properties);
        return { isThere: zone !== undefined };
      },
    });
    if (seen.isThere && pause === 'suspension') await step('unpause zone', { run: () => setPaused(remote, zoneId, false) });
    else skip('unpause zone', seen.isThere ? 'the suspension did not pause it' : gone);
    const { email } = order;
    const wasRemoved = product.suspension === 'pauses the zone and removes the member';
    if (seen.isThere && wasRemoved && product.invite && email !== undefined)
      await step('invite customer', inviteStep(remote, { accountId, email, role: product.role, isMember: false }));
    else skip('invite customer', seen.isThere ? 'he was not removed' : gone);
    return { pause: 'nobody' };
  },
});

async function setPaused(remote: Remote, zoneId: string, paused: boolean): Promise<void> {
  try {
    await remote.zones.setPaused(zoneId, paused);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
