import { operation, type Operation } from '@hostwright/sdk';
import { Sites } from '../sites.js';
import type { Terminate } from './shapes.js';

/** With a site go its domains, backups and tags. Nothing is touched that does not bear our tag. */
export const terminate: Operation<Terminate> = operation({
  steps: ['find sites', 'delete site', 'withdraw DNS'],
  async run({ ctx, server, properties: { siteId, domain, dnsRecord }, step, skip }) {
    const sites = new Sites(ctx, server);
    const ids = await step('find sites', { run: () => sites.idsOf(siteId) });
    if (ids.length === 0) skip('delete site', 'it is gone already');
    const removeSites = ids.map((id) =>
      step(['delete site', String(id)], {
        strength: 'unique',
        claim: id,
        find: (claimed) => sites.findRemoved(claimed),
        run: (claimed) => sites.remove(claimed),
        until: (since) => sites.removalState(id, since),
      }),
    );
    const withdraw = async (): Promise<void> => {
      if (domain === undefined || dnsRecord === undefined || dnsRecord === 'none') skip('withdraw DNS', 'none was published');
      else await step('withdraw DNS', ctx.dns.removeRecord({ name: domain, type: dnsRecord }));
    };
    await Promise.all([...removeSites, withdraw()]);
  },
});
