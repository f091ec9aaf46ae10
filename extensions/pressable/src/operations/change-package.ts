import { operation, PanelError, type Operation } from '@hostwright/sdk';
import { tagsOf, type ProductConfig } from '../config.js';
import { Sites } from '../sites.js';
import type { Change } from './shapes.js';
import { allTags, convertStep, settingsStep, tagStep } from './site-steps.js';

/** What a site keeps for life, in the words of the product's form. */
const fixed = {
  datacenter: 'datacenter',
  install: 'installation',
  templateSiteId: 'template',
  primaryDomain: 'kind of primary domain',
  zone: 'zone',
  dnsRecord: 'record of the primary domain',
} as const satisfies Partial<Record<keyof ProductConfig, string>>;

/** Throws `conflict` for what only a new site can have. */
export function allowChange({ from, to }: { readonly from: ProductConfig; readonly to: ProductConfig }): void {
  for (const [key, words] of Object.entries(fixed) as [keyof typeof fixed, string][]) {
    if (from[key] !== to[key]) {
      throw new PanelError('conflict', `the site keeps its ${words}: ${from[key] ?? 'none'} cannot become ${to[key] ?? 'none'}`);
    }
  }
  if (to.staging && to.primaryDomain !== 'none') throw new PanelError('conflict', 'a site with a domain cannot become a staging site');
}

const kindOf = ({ staging }: Pick<ProductConfig, 'staging'>) => (staging ? 'staging' : 'live');

export const changePackage: Operation<Change> = operation({
  steps: ['update site', 'convert site', 'tag site'],
  async run({ ctx, server, product, previous, properties: { siteId, name }, step, skip }) {
    allowChange({ from: previous, to: product });
    const sites = new Sites(ctx, server);
    const now = () => ctx.now();
    await step('update site', settingsStep(sites, siteId, now, product, previous));
    // A site that was sold as staging became a live one with its first domain, and stays that.
    if (product.staging === previous.staging) skip('convert site', 'it stays what it is');
    else await step('convert site', convertStep(sites, siteId, now, kindOf(product), kindOf(previous)));
    const tags = tagsOf(product);
    if (tags.length === 0) skip('tag site', 'the product has no tags');
    else await step('tag site', tagStep(sites, { id: siteId, name }, allTags(ctx.owner, tags)));
  },
});
