import type { Ctx, Inspection, RemoteAccount, Usage } from '@hostwright/sdk';
import type { Site } from './answers.js';
import { PressableClient } from './client.js';
import type { ServerConfig } from './config.js';
import { markIn } from './site-name.js';

/** Files and database together, of every site of this installation, in one call. What Pressable does not tell is left out. Bytes. */
export async function usageOf(ctx: Ctx, server: ServerConfig): Promise<readonly Usage[]> {
  return (await markedSites(ctx, server)).flatMap(({ site, owner }): Usage[] => {
    const { fileBytes, databaseBytes } = site;
    if (fileBytes === undefined && databaseBytes === undefined) return [];
    return [{ remoteId: String(site.id), owner, diskBytes: (fileBytes ?? 0) + (databaseBytes ?? 0) }];
  });
}

/** Every site that bears a mark of this installation. */
export async function accountsOf(ctx: Ctx, server: ServerConfig): Promise<readonly RemoteAccount[]> {
  return (await markedSites(ctx, server)).map(({ site, owner }) => ({
    remoteId: String(site.id),
    name: site.name,
    owner,
    state: stateOf(site),
  }));
}

/** A state that is not known is no state a service should be in or not be in: `changing` is not judged. */
export function stateOf({ state }: Pick<Site, 'state'>): Exclude<Inspection['state'], 'missing'> {
  return state === 'live' ? 'running' : state === 'disabled' ? 'stopped' : 'changing';
}

/** Whose they are is told by the tag, or by the name where tags are not told or not set yet. */
async function markedSites(ctx: Ctx, server: ServerConfig): Promise<readonly { readonly site: Site; readonly owner: string }[]> {
  const sites = await new PressableClient(ctx, server).sites();
  return sites.flatMap((site) => {
    const owner = (site.tags ?? []).map((tag) => (markIn(tag, ctx.owner) === tag ? tag : undefined)).find((tag) => tag !== undefined);
    const mark = owner ?? markIn(site.name, ctx.owner);
    return mark === undefined ? [] : [{ site, owner: mark }];
  });
}
