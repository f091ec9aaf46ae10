import { absent, done, type TaskStep } from '@hostwright/sdk';
import type { Site } from '../answers.js';
import type { ProductConfig } from '../config.js';
import type { Sites } from '../sites.js';

const minutes = 60_000;

/** Undo of what is part of a site: it goes when the creation is undone. */
const withSite = () => Promise.resolve();

type SiteStep<Output = undefined> = TaskStep<number, string, Output>;

/** Seen to its end by what the site is, not by what was answered, so it may be repeated and taken up at any point. */
function changeStep(sites: Sites, id: number, now: () => string, is: (site: Site) => boolean, change: (site: Site) => Promise<void>) {
  const shown = (site: Site): true | undefined => (is(site) ? true : undefined);
  const step: SiteStep = {
    strength: 'unique',
    claim: id,
    find: async (claimed) => (is(await sites.demand(claimed)) ? done() : absent),
    run: async (claimed) => {
      await change(await sites.demand(claimed));
      return now();
    },
    until: async (since) => {
      const polled = await sites.until(id, since, shown);
      return polled.state === 'done' ? done() : polled;
    },
    undo: withSite,
  };
  return step;
}

export function tagStep(sites: Sites, { id, name }: { readonly id: number; readonly name: string }, tags: readonly string[]): SiteStep {
  return {
    strength: 'unique',
    claim: id,
    find: (claimed) => sites.findTags(claimed, name, tags),
    run: (claimed) => sites.tag(claimed, tags),
    until: (since) => sites.tagState(id, name, tags, since),
    giveUpAfterMs: 10 * minutes,
    undo: withSite,
  };
}

export function disableStep(sites: Sites, id: number, now: () => string): SiteStep {
  return changeStep(
    sites,
    id,
    now,
    (site) => site.state === 'disabled',
    () => sites.client.disableSite(id),
  );
}

/** Done when it is no longer disabled: what a site that is on calls itself is not everywhere the same. */
export function enableStep(sites: Sites, id: number, now: () => string): SiteStep {
  return changeStep(
    sites,
    id,
    now,
    (site) => site.state !== 'disabled',
    () => sites.client.enableSite(id),
  );
}

/** The product's PHP version and WordPress environment. All three values go with every change; those not to change go as they are. */
export function settingsStep(
  sites: Sites,
  id: number,
  now: () => string,
  product: Pick<ProductConfig, 'phpVersion' | 'environment'>,
): SiteStep {
  const { phpVersion, environment } = product;
  // A value that is not told cannot be seen to be another.
  const asWanted = (site: Site): boolean =>
    (site.phpVersion === undefined || site.phpVersion === phpVersion) &&
    (environment === undefined || site.environment === undefined || site.environment === environment);
  return changeStep(sites, id, now, asWanted, (site) =>
    sites.client.changeSite(id, {
      name: site.displayName,
      php_version: phpVersion,
      wp_environment_type: environment ?? site.environment ?? (site.staging ? 'staging' : 'production'),
    }),
  );
}

export function convertStep(sites: Sites, id: number, now: () => string, to: 'staging' | 'live'): SiteStep {
  const staging = to === 'staging';
  return changeStep(
    sites,
    id,
    now,
    (site) => site.staging === staging,
    () => sites.client.convertSite(id, to),
  );
}

/** Our mark and the tags of the product. */
export function allTags(owner: string, tags: readonly string[]): readonly string[] {
  return [owner, ...tags];
}
