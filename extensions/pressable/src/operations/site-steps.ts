import { absent, done, PanelError, type TaskStep } from '@hostwright/sdk';
import type { Site } from '../answers.js';
import type { ProductConfig } from '../config.js';
import { isRejected } from '../refusal.js';
import { transient, type Sites } from '../sites.js';

const minutes = 60_000;

/** Undo of what is part of a site: it goes when the creation is undone. */
const withSite = () => Promise.resolve();

type SiteStep<Output = undefined> = TaskStep<number, string, Output>;

/**
 * Seen to its end by what the site is, not by what was answered, so it may be repeated and taken up at any point.
 * `isAfter`: what counts as that once the call was accepted.
 */
function changeStep(
  sites: Sites,
  id: number,
  now: () => string,
  is: (site: Site) => boolean,
  change: (site: Site) => Promise<void>,
  isAfter = is,
) {
  const shown = (site: Site): true | undefined => (isAfter(site) ? true : undefined);
  const step: SiteStep = {
    strength: 'unique',
    claim: id,
    // Gone, it is as absent as a change that was not made: whoever undoes the creation looks here last.
    find: async (claimed) => {
      const site = await sites.find(claimed);
      return site !== undefined && is(site) ? done() : absent;
    },
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
  return switchStep(sites, id, now, 'disabled', () => sites.client.disableSite(id));
}

export function enableStep(sites: Sites, id: number, now: () => string): SiteStep {
  return switchStep(sites, id, now, 'live', () => sites.client.enableSite(id));
}

/**
 * What a site that is on or off calls itself is not confirmed. So a state that is not known never means that nothing has to be done; but
 * where the call was accepted and the site is in such a state then, it has come to that.
 */
function switchStep(sites: Sites, id: number, now: () => string, to: 'live' | 'disabled', ask: () => Promise<void>): SiteStep {
  const isTo = (site: Site): boolean => site.state === to;
  const isUnknown = ({ state }: Site): boolean => state !== '' && !['live', 'disabled', ...transient].includes(state);
  const change = async (): Promise<void> => {
    try {
      await ask();
    } catch (error) {
      // It may be so already, and not show yet: as a conflict it is looked at again before it counts as a no.
      if (isRejected(error)) throw new PanelError('conflict', error.message, { cause: error });
      throw error;
    }
  };
  return changeStep(sites, id, now, isTo, change, (site) => isTo(site) || isUnknown(site));
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
