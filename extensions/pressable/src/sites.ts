import { absent, done, failed, PanelError, pending, type Ctx, type Found, type Json, type Pending, type Polled } from '@hostwright/sdk';
import type { Site } from './answers.js';
import { PressableClient, type NewSite } from './client.js';
import type { ServerConfig } from './config.js';
import { askFor, stillInDoubt, type Doubt } from './doubt.js';
import { isNotFound, isRejected } from './refusal.js';

/** How often a site is looked at while it is deployed, and while it is copied from another. Milliseconds. */
const deployLookMs = 3_000;
const cloneLookMs = 10_000;
const removalLookMs = 5_000;
/** Reads follow changes somewhat later. What has not shown by then did not happen. */
const settleMs = 2 * 60_000;
/** How long a removal may take before it is asked for once more. */
const removalMs = 10 * 60_000;

/** On its way to something; every other state is where a site stays, known or not. */
export const transient: readonly string[] = ['deploying', 'cloning'];

export type Made = { readonly id: number };

/**
 * The sites of one account, and which of them are ours. A site is ours when it bears the owner mark as a tag. Until it has that, its name
 * tells: it was chosen before the first call and ends with the mark.
 */
export class Sites {
  readonly client: PressableClient;

  constructor(
    private readonly ctx: Ctx,
    server: ServerConfig,
  ) {
    this.client = new PressableClient(ctx, server);
  }

  /** Our site, or undefined when it is gone. Throws `not_owned` when the id is somebody else's: ids are numbers that can be guessed. */
  async find(id: number): Promise<Site | undefined> {
    const site = await this.client.findSite(id);
    if (site === undefined || (await this.#isTagged(site))) return site;
    throw new PanelError('not_owned', `site ${id} does not bear the tag ${this.ctx.owner}`);
  }

  /** As `find`, for whatever needs it to be there. Throws `rejected` when it is gone, which staff have to see to. */
  async demand(id: number): Promise<Site> {
    const site = await this.find(id);
    if (site === undefined) throw gone(id);
    return site;
  }

  /** Every site that bears our tag, that one included: a service may own several. Empty when all are gone. Throws as `find`. */
  async idsOf(id: number): Promise<readonly number[]> {
    const own = await this.find(id);
    const tagged = await this.#tagged();
    const ids = new Set([...(own === undefined ? [] : [own.id]), ...tagged.map((site) => site.id)]);
    return [...ids].sort((a, b) => a - b);
  }

  /** As `idsOf`. Throws as `demand`. */
  async demandIdsOf(id: number): Promise<readonly number[]> {
    const ids = await this.idsOf(id);
    if (!ids.includes(id)) throw gone(id);
    return ids;
  }

  /** The site of that name, by tag first, then in the list of all. The name ends with our mark, so it can be nobody else's. */
  async findCreated(name: string): Promise<Found<Made | Doubt, Made>> {
    const named = (sites: readonly Site[]): Site | undefined => sites.find((site) => site.name === name);
    const site = named(await this.#tagged()) ?? named(await this.client.sites());
    return site === undefined ? absent : done({ id: site.id });
  }

  /** Throws `conflict` when the name is taken, for which it is looked for again: it may be ours, and not listed yet. */
  async create(site: NewSite): Promise<Made | Doubt> {
    const refusal = await this.client.refusalOfName(site.name);
    if (refusal !== undefined) {
      const message = `Pressable takes no site named ${site.name}: ${refusal}. Where one was deleted a short while ago, try again later.`;
      throw new PanelError('conflict', message);
    }
    try {
      return await askFor(async () => {
        const { id } = await this.client.createSite(site);
        return { id };
      });
    } catch (error) {
      if (!isRejected(error)) throw error;
      throw new PanelError('conflict', error.message, { cause: error });
    }
  }

  async creationState(name: string, task: Made | Doubt): Promise<Polled<Made | Doubt, Made>> {
    if ('id' in task) return done(task);
    const found = await this.findCreated(name);
    return found.state === 'done' ? found : stillInDoubt(task, `site ${name}`);
  }

  /** @param since when the wait began, ISO 8601: a new site may be unknown at first */
  async liveState(id: number, since: string): Promise<Polled<string, Site>> {
    const site = await this.client.findSite(id);
    if (site === undefined) return this.mayShowLater(since) ? pending(since, deployLookMs) : failed(gone(id));
    if (site.state === '' || transient.includes(site.state)) return pending(since, site.state === 'cloning' ? cloneLookMs : deployLookMs);
    if (site.state !== 'live') this.ctx.log.warn('a new site is in a state that is not known', { site: id, state: site.state });
    return done(site);
  }

  /** True while what was changed then may not show yet. */
  mayShowLater(since: string): boolean {
    return Date.parse(this.ctx.now()) < Date.parse(since) + settleMs;
  }

  /** Pending until `shows` is so. What does not show in time is begun anew. Throws as `demand`. */
  async until<Output>(id: number, since: string, shows: (site: Site) => Output | undefined): Promise<Polled<string, Output>> {
    const output = shows(await this.demand(id));
    if (output !== undefined) return done(output);
    if (this.mayShowLater(since)) return pending(since);
    return failed(new PanelError('unknown_outcome', `a change of site ${id} was accepted and does not show`));
  }

  /** Absent: it is still there, and ours. Throws `not_owned`. */
  async findRemoved(id: number): Promise<Found<string, undefined>> {
    return (await this.find(id)) === undefined ? done() : absent;
  }

  /** Reads the mark back, deletes, and answers since when. Throws: `not_owned`, `unavailable`. */
  async remove(id: number): Promise<string> {
    const site = await this.find(id);
    if (site !== undefined) await this.#delete(site);
    return this.ctx.now();
  }

  async removalState(id: number, since: string): Promise<Polled<string, undefined>> {
    if ((await this.client.findSite(id)) === undefined) return done();
    if (Date.parse(this.ctx.now()) < Date.parse(since) + removalMs) return pending(since, removalLookMs);
    return failed(new PanelError('unknown_outcome', `site ${id} was deleted and is still there`));
  }

  /** Takes back a site that may not be tagged yet. Answers `pending` until it is gone. Throws: `not_owned`, `unavailable`. */
  async undoCreation(id: number, name: string, task: Json | undefined): Promise<void | Pending<Json>> {
    const site = await this.client.findSite(id);
    if (site === undefined) return;
    if (site.name !== name) await this.demand(id);
    if (typeof task === 'string' && Date.parse(this.ctx.now()) < Date.parse(task) + removalMs) return pending(task, removalLookMs);
    await this.#delete(site);
    return pending<Json>(this.ctx.now(), removalLookMs);
  }

  /** Throws `unavailable` where it is refused for as long as the site is being made. */
  async #delete({ id, state }: Site): Promise<void> {
    try {
      await this.client.deleteSite(id);
    } catch (error) {
      if (!isRejected(error) || !transient.includes(state)) throw error;
      throw new PanelError('unavailable', `site ${id} cannot be deleted while it is ${state}: ${error.message}`, { cause: error });
    }
  }

  /** Removes what else was made under that name, if ever a name was given twice. */
  async sweep(name: string, keep: number | undefined): Promise<void> {
    for (const site of await this.client.sites()) {
      if (site.name === name && site.id !== keep) await this.client.deleteSite(site.id);
    }
  }

  /** Absent: they are not all there yet. Throws `not_owned` when neither name nor tag is ours. */
  async findTags(id: number, name: string, tags: readonly string[]): Promise<Found<string, undefined>> {
    const site = await this.client.findSite(id);
    if (site === undefined) return absent;
    if (await this.#bears(site, tags)) return done();
    if (site.name !== name) await this.demand(id);
    return absent;
  }

  async tag(id: number, tags: readonly string[]): Promise<string> {
    try {
      await this.client.tagSite(id, tags);
    } catch (error) {
      // Made a moment ago, it may be unknown yet.
      if (isNotFound(error)) throw new PanelError('unknown_outcome', error.message, { cause: error });
      throw error;
    }
    return this.ctx.now();
  }

  async tagState(id: number, name: string, tags: readonly string[], since: string): Promise<Polled<string, undefined>> {
    if ((await this.findTags(id, name, tags)).state === 'done') return done();
    if (this.mayShowLater(since)) return pending(since);
    return failed(new PanelError('unknown_outcome', `site ${id} was tagged, and its tags do not show`));
  }

  async #bears(site: Site, tags: readonly string[]): Promise<boolean> {
    if (site.tags !== undefined) return tags.every((tag) => site.tags?.includes(tag));
    return this.#isTagged(site);
  }

  async #isTagged(site: Site): Promise<boolean> {
    if (site.tags !== undefined) return site.tags.includes(this.ctx.owner);
    return (await this.#tagged()).some((one) => one.id === site.id);
  }

  /** The sites with our tag, however much of that their list tells. */
  async #tagged(): Promise<readonly Site[]> {
    const { owner } = this.ctx;
    const listed = await this.client.sites(owner);
    const told = listed.filter((site) => site.tags?.includes(owner));
    const untold = listed.filter((site) => site.tags === undefined);
    if (untold.length === 0) return told;
    // Nothing but the filter tells whose these are. One that lists the same for a tag that nobody has does not filter.
    const nobodys = new Set((await this.client.sites(`${owner}-nobody`)).map((site) => site.id));
    if (untold.some((site) => nobodys.has(site.id))) {
      throw new PanelError('unsupported', 'Pressable does not filter sites by tag, so nothing there can be told to be ours');
    }
    return [...told, ...untold];
  }
}

function gone(id: number): PanelError {
  return new PanelError('rejected', `site ${id} is gone`);
}
