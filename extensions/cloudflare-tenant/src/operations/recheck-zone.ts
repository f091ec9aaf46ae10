import { action } from '@hostwright/sdk';
import { Remote } from '../remote.js';
import { demandOwned } from '../zone-mark.js';
import type { Later } from './shapes.js';

/** Has Cloudflare look whether the domain is delegated to it by now. Answers `{ status, nameServers }` as they are then. */
export const recheckZone = action<Later>({
  label: 'Check the name servers again',
  shownTo: 'customer',
  steps: ['ask for check', 'look at zone'],
  onFailure: 'keep',
  async run({ ctx, server, properties, step, skip }) {
    const remote = new Remote(ctx, server);
    const { isActive } = await step('ask for check', {
      run: async () => {
        const { status } = await demandOwned(remote.zones, ctx.owner, properties);
        if (status !== 'active') await remote.zones.recheck(properties.zoneId);
        return { isActive: status === 'active' };
      },
    });
    if (isActive) {
      skip('look at zone', 'it is active');
      return { status: 'active', nameServers: properties.nameServers };
    }
    const { status, nameServers } = await step('look at zone', {
      run: async () => {
        const zone = await demandOwned(remote.zones, ctx.owner, properties);
        return { status: zone.status, nameServers: zone.nameServers.join(' ') };
      },
    });
    return { status, nameServers };
  },
});
