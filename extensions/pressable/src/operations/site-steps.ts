import { absent, done, PanelError, pending, type Json, type Pending, type TaskStep } from '@hostwright/sdk';
import type { Site } from '../answers.js';
import type { ProductConfig } from '../config.js';
import { isRejected } from '../refusal.js';
import { transient, type Sites } from '../sites.js';

const minutes = 60_000;

/** Undo of what is part of a site: it goes when the creation is undone. */
const withSite = () => Promise.resolve();

type SiteStep<Output = undefined> = TaskStep<number, string, Output>;

/** Something that a site is or is not. */
interface Change {
  is(site: Site): boolean;
  /** What counts as that once the call was accepted. Default: the same. */
  isAfter?(site: Site): boolean;
  /** Whether the site cannot be that, and was not that before: it is then not gone back to. Default: it can. */
  isOutOfQuestion?(): Promise<boolean>;
  ask(site: Site): Promise<void>;
}

/**
 * Seen to its end by what the site is, not by what was answered, so it may be repeated and taken up at any point.
 * `back`: what undoes it. Default: nothing, for what goes with the site.
 */
function changeStep(sites: Sites, id: number, now: () => string, change: Change, back?: Change): SiteStep {
  const isAfter = ({ is, isAfter: after = is }: Change, site: Site): boolean => after(site);
  return {
    strength: 'unique',
    claim: id,
    find: async (claimed) => {
      const site = await sites.find(claimed);
      // Gone, as it is when its service has ended meanwhile, it is nothing.
      return site !== undefined && change.is(site) ? done() : absent;
    },
    run: async (claimed) => {
      await change.ask(await sites.demand(claimed));
      return now();
    },
    until: async (since) => {
      const polled = await sites.until(id, since, (site) => (isAfter(change, site) ? true : undefined));
      return polled.state === 'done' ? done() : polled;
    },
    undo: async (_nothing, claimed, task): Promise<void | Pending<Json>> => {
      if (back === undefined) return;
      const site = await sites.find(claimed);
      if (site === undefined || (task === undefined ? back.is(site) : isAfter(back, site))) return;
      if (typeof task === 'string' && sites.mayShowLater(task)) return pending<Json>(task);
      if (await back.isOutOfQuestion?.()) return;
      await back.ask(site);
      return pending<Json>(now());
    },
  };
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

/** Out of reach. Undone, the site is in reach again. */
export function disableStep(sites: Sites, id: number, now: () => string): SiteStep {
  return { ...changeStep(sites, id, now, toDisabled(sites, id), toLive(sites, id)), switches: true };
}

/** In reach again. Undone, the site is out of reach. */
export function enableStep(sites: Sites, id: number, now: () => string): SiteStep {
  return { ...changeStep(sites, id, now, toLive(sites, id), toDisabled(sites, id)), switches: true };
}

const toDisabled = (sites: Sites, id: number): Change => switchTo('disabled', () => sites.client.disableSite(id));
const toLive = (sites: Sites, id: number): Change => switchTo('live', () => sites.client.enableSite(id));

/**
 * What a site that is on or off calls itself is not confirmed. So a state that is not known never means that nothing has to be done; but
 * where the call was accepted and the site is in such a state then, it has come to that.
 */
function switchTo(to: 'live' | 'disabled', call: () => Promise<void>): Change {
  const is = (site: Site): boolean => site.state === to;
  const isUnknown = ({ state }: Site): boolean => state !== '' && !['live', 'disabled', ...transient].includes(state);
  const ask = async (): Promise<void> => {
    try {
      await call();
    } catch (error) {
      // It may be so already, and not show yet: as a conflict it is looked at again before it counts as a no.
      if (isRejected(error)) throw new PanelError('conflict', error.message, { cause: error });
      throw error;
    }
  };
  return { is, isAfter: (site) => is(site) || isUnknown(site), ask };
}

type Settings = Pick<ProductConfig, 'phpVersion' | 'environment'>;

/** The product's PHP version and WordPress environment. `back`: those to go back to when it is undone. */
export function settingsStep(sites: Sites, id: number, now: () => string, product: Settings, back?: Settings): SiteStep {
  return changeStep(sites, id, now, toSettings(sites, id, product), back && toSettings(sites, id, back));
}

/** All three values go with every change; those not to change go as they are. */
function toSettings(sites: Sites, id: number, { phpVersion, environment }: Settings): Change {
  const isSo = (site: Site, untold: boolean): boolean =>
    (site.phpVersion === undefined ? untold : site.phpVersion === phpVersion) &&
    (environment === undefined || (site.environment === undefined ? untold : site.environment === environment));
  return {
    // A value that is not told may be another. Once it was set it is as wanted, though nobody can see it.
    is: (site) => isSo(site, false),
    isAfter: (site) => isSo(site, true),
    ask: (site) =>
      sites.client.changeSite(id, {
        name: site.displayName,
        php_version: phpVersion,
        wp_environment_type: environment ?? site.environment ?? (site.staging ? 'staging' : 'production'),
      }),
  };
}

type Kind = 'staging' | 'live';

/** `back`: what the site is again when it is undone. */
export function convertStep(sites: Sites, id: number, now: () => string, to: Kind, back?: Kind): SiteStep {
  const toKind = (kind: Kind): Change => ({
    is: (site) => site.staging === (kind === 'staging'),
    // Sold as a staging site, it became a live one with its first domain.
    isOutOfQuestion: async () => kind === 'staging' && (await sites.client.domains(id)).length > 0,
    ask: () => sites.client.convertSite(id, kind),
  });
  return changeStep(sites, id, now, toKind(to), back && toKind(back));
}

/** Our mark and the tags of the product. */
export function allTags(owner: string, tags: readonly string[]): readonly string[] {
  return [owner, ...tags];
}
