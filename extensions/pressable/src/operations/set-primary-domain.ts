import { action, fields, PanelError } from '@hostwright/sdk';
import { Sites } from '../sites.js';
import { named, primaryStep } from './domain-steps.js';
import type { Later } from './shapes.js';

const whichDomain = fields({ domain: { type: 'hostname', label: 'Domain', help: 'One that the site has. All others lead to it.' } });

/** Throws `not_found` for a domain that the site does not have. */
export const setPrimaryDomain = action<Later, typeof whichDomain>({
  label: 'Choose the primary domain',
  shownTo: 'customer',
  input: whichDomain,
  steps: ['find domain', 'set primary domain'],
  async run({ ctx, server, properties: { siteId }, input, step }) {
    const sites = new Sites(ctx, server);
    const name = input.domain.toLowerCase();
    await step('find domain', {
      run: async () => {
        await sites.demand(siteId);
        if (named(await sites.client.domains(siteId), name) === undefined)
          throw new PanelError('not_found', `the site has no domain ${name}`);
      },
    });
    await step(
      'set primary domain',
      primaryStep(sites, { siteId, name }, () => ctx.now(), { onlyIfNone: false }),
    );
    return { domain: name };
  },
  onFailure: 'keep',
});
