import { absent, done, isPanelError, PanelError, type CallStep, type Ctx } from '@hostwright/sdk';
import { codes, isGone, refusedWith } from '@hostwright/vendor-cloudflare';
import type { Frequency, Zone } from '../client/index.js';
import type { Remote } from '../remote.js';
import { markName, marksIn, requireOurs } from '../zone-mark.js';
import { setPlan } from '../zone-plan.js';

type ZoneClaim = {
  readonly accountId: string;
  readonly domain: string;
};

export type MadeZone = { readonly zoneId: string; readonly nameServers: string };

/** The zone in the customer's account. One in any other account is a `conflict`; one with another service's mark is `not_owned`. */
export function zoneStep(remote: Remote, ctx: Ctx, claim: ZoneClaim, before: string | null): CallStep<ZoneClaim, MadeZone> {
  const { accountId, domain } = claim;
  const find = async (): Promise<Zone | undefined> => {
    const zones = await remote.zones.inAccount(accountId, domain);
    const [zone] = zones;
    if (zone === undefined) return undefined;
    if (zones.length > 1) throw new PanelError('conflict', `${domain} is ${zones.length} times in the account of the customer`);
    requireOurs(await marksIn(remote.zones, zone.id, domain), ctx.owner, domain);
    return zone;
  };
  return {
    strength: 'unique',
    claim: { accountId, domain },
    find: async () => {
      const zone = await find();
      return zone === undefined ? absent : done(made(zone));
    },
    run: async () => {
      try {
        return made(await remote.zones.create(accountId, domain));
      } catch (error) {
        if (!refusedWith(error, codes.zoneExists)) throw error;
        const zone = await find();
        if (zone !== undefined) return made(zone);
        throw new PanelError('conflict', `${domain} is at Cloudflare already, in another account; it has to be removed there first`, {
          cause: error,
        });
      }
    },
    undo: async ({ zoneId }) => {
      if (before !== zoneId) await deleteZone(remote, ctx, { ...claim, zoneId }, 'monthly');
    },
  };
}

function made({ id, name, nameServers }: Zone): MadeZone {
  if (nameServers.length === 0) throw new PanelError('unknown_outcome', `the zone ${name} has no name servers yet`);
  return { zoneId: id, nameServers: nameServers.join(' ') };
}

/**
 * Deletes a zone that this service made, its plan first, since Cloudflare may refuse one that is paid for. Where the free plan is refused, the
 * deletion decides. Throws `not_owned`, `rejected`.
 */
export async function deleteZone(
  remote: Remote,
  ctx: Ctx,
  at: ZoneClaim & { readonly zoneId: string },
  frequency: Frequency,
): Promise<void> {
  const zone = await remote.zones.find(at.zoneId);
  if (zone === undefined) return;
  if (zone.account.id !== at.accountId || zone.name !== at.domain)
    throw new PanelError('not_owned', `the zone ${at.zoneId} is ${zone.name} in the account ${zone.account.id} now`);
  requireOurs(await marksIn(remote.zones, at.zoneId, at.domain), ctx.owner, at.domain);
  const kept = await refusalOf(setPlan(remote, ctx, at.zoneId, 'free', frequency));
  const refusal = await refusalOf(remote.zones.delete(at.zoneId));
  if (refusal === undefined) return;
  const because = kept === undefined ? '' : `; the free plan, which comes first, was refused too: ${kept.message}`;
  throw new PanelError('rejected', `${refusal.message}${because}`, { cause: refusal });
}

/** A definite no of Cloudflare's; undefined when it was done. Throws everything else. */
async function refusalOf(call: Promise<void>): Promise<PanelError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (isPanelError(error) && error.code === 'rejected') return error;
    throw error;
  }
}

/** Pauses the zone, or ends that. One that is gone is as it should be. */
export function pauseStep(
  remote: Remote,
  zoneId: string,
  paused: boolean,
): CallStep<{ readonly zoneId: string; readonly paused: boolean }, undefined> {
  return {
    strength: 'unique',
    switches: true,
    claim: { zoneId, paused },
    find: async () => {
      const zone = await remote.zones.find(zoneId);
      return zone === undefined || zone.paused === paused ? done() : absent;
    },
    run: () => setPaused(remote, zoneId, paused),
    undo: () => setPaused(remote, zoneId, !paused),
  };
}

/** As `pauseStep`, for a zone that stays the customer's. */
export async function setPaused(remote: Remote, zoneId: string, paused: boolean): Promise<undefined> {
  try {
    await remote.zones.setPaused(zoneId, paused);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return undefined;
}

/** Writes our mark into the zone. */
export function markStep(
  remote: Remote,
  ctx: Ctx,
  zoneId: string,
  domain: string,
): CallStep<{ readonly record: string; readonly zoneId: string }, { readonly mark: string }> {
  return {
    strength: 'unique',
    claim: { record: markName(domain), zoneId },
    find: async () => {
      const marks = await marksIn(remote.zones, zoneId, domain);
      requireOurs(marks, ctx.owner, domain);
      return marks.length === 0 ? absent : done({ mark: ctx.owner });
    },
    run: async () => {
      await remote.zones.addText(zoneId, markName(domain), ctx.owner, ctx.owner);
      return { mark: ctx.owner };
    },
    undo: () => removeMark(remote, ctx, zoneId, domain),
  };
}

/** Takes our mark off a zone that stays the customer's. */
export async function removeMark(remote: Remote, ctx: Ctx, zoneId: string, domain: string): Promise<void> {
  for (const { id, mark } of await marksIn(remote.zones, zoneId, domain)) {
    if (mark === ctx.owner) await remote.zones.removeRecord(zoneId, id);
  }
}
