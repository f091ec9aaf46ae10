import type { Ctx, Inspection, RemoteAccount, Usage } from '@hostwright/sdk';
import type { Site } from './answers.js';
import { PressableClient } from './client.js';
import type { ServerConfig } from './config.js';
import { markIn } from './site-name.js';

/** Of any panel. */
const anyMark = /^hw-[a-z0-9]+-[1-9]\d{0,17}$/;

/** Files and database together, of every site that bears a mark, in one call. What Pressable does not tell is left out. Bytes. */
export async function usageOf(ctx: Ctx, server: ServerConfig): Promise<readonly Usage[]> {
  const sites = await new PressableClient(ctx, server).sites();
  return sites.flatMap((site): Usage[] => {
    const owner = ownerOf(site, ctx.owner);
    const { fileBytes, databaseBytes } = site;
    if (owner === undefined || (fileBytes === undefined && databaseBytes === undefined)) return [];
    return [{ remoteId: String(site.id), owner, diskBytes: (fileBytes ?? 0) + (databaseBytes ?? 0) }];
  });
}

/** Every site of the account, whoever it belongs to. */
export async function accountsOf(ctx: Ctx, server: ServerConfig): Promise<readonly RemoteAccount[]> {
  const sites = await new PressableClient(ctx, server).sites();
  return sites.map((site) => {
    const owner = ownerOf(site, ctx.owner);
    return { remoteId: String(site.id), name: site.name, state: stateOf(site), ...(owner === undefined ? {} : { owner }) };
  });
}

/** A state that is not known is no state a service should be in or not be in: `changing` is not judged. */
export function stateOf({ state }: Pick<Site, 'state'>): Exclude<Inspection['state'], 'missing'> {
  return state === 'live' ? 'running' : state === 'disabled' ? 'stopped' : 'changing';
}

/**
 * The mark among the tags. Without one it is that of this installation at the end of the name: of a site that could not be tagged nothing
 * else tells whose it is.
 */
function ownerOf({ name, tags = [] }: Pick<Site, 'name' | 'tags'>, owner: string): string | undefined {
  const marks = tags.filter((tag) => anyMark.test(tag));
  return marks.find((mark) => markIn(mark, owner) === mark) ?? marks[0] ?? markIn(name, owner);
}
