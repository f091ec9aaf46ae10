import { action } from '@hostwright/sdk';
import { Remote } from '../remote.js';
import { demandOwned } from '../zone-mark.js';
import type { Later } from './shapes.js';

/** Which rate plans Cloudflare offers for the zone. Answers `{ plans: [{ id, name, frequency }] }`. */
export const listPlans = action<Later>({
  label: 'List the plans Cloudflare offers',
  when: ['active', 'suspended'],
  steps: ['list plans'],
  async run({ ctx, server, properties, step }) {
    const remote = new Remote(ctx, server);
    const plans = await step('list plans', {
      run: async () => {
        await demandOwned(remote.zones, ctx.owner, properties);
        return (await remote.subscriptions.offered(properties.zoneId)).map((plan) => ({ ...plan }));
      },
    });
    return { plans: [...plans] };
  },
});
