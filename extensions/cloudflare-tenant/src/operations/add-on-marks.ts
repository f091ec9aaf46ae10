import { absent, done, type CallStep, type Ctx } from '@hostwright/sdk';
import { isSameRatePlan } from '../plans.js';
import type { Remote } from '../remote.js';
import { addOnMarkName, addOnMarksIn } from '../zone-mark.js';

type Marked = { readonly zoneId: string; readonly domain: string; readonly ratePlan: string };

/** Writes into the zone that this service has the add-on for it. What is in the zone of another is ours by this alone. */
export function addOnMarkStep(remote: Remote, ctx: Ctx, { zoneId, domain, ratePlan }: Marked): CallStep<Marked, { readonly mark: string }> {
  const mark = `${ctx.owner} ${ratePlan}`;
  return {
    strength: 'unique',
    claim: { zoneId, domain, ratePlan },
    find: async () => {
      const marks = await addOnMarksIn(remote.zones, zoneId, domain);
      return marks.some((one) => one.owner === ctx.owner && isSameRatePlan(one.ratePlan, ratePlan)) ? done({ mark }) : absent;
    },
    run: async () => {
      await remote.zones.addText(zoneId, addOnMarkName(domain), mark, ctx.owner);
      return { mark };
    },
    undo: () => removeAddOnMarks(remote, ctx, { zoneId, domain }, (one) => isSameRatePlan(one, ratePlan)),
  };
}

/** Takes those of our marks out of the zone. Where the zone is gone there are none. */
export async function removeAddOnMarks(
  remote: Remote,
  ctx: Ctx,
  { zoneId, domain }: Omit<Marked, 'ratePlan'>,
  which: (ratePlan: string) => boolean,
): Promise<void> {
  for (const { id, owner, ratePlan } of await addOnMarksIn(remote.zones, zoneId, domain)) {
    if (owner === ctx.owner && which(ratePlan)) await remote.zones.removeRecord(zoneId, id);
  }
}
