import { PanelError, type Ctx } from '@hostwright/sdk';
import { codes, Refusal, refusedWith } from '@hostwright/vendor-cloudflare';
import type { Frequency } from './client/index.js';
import { planOf, ratePlanOf, type Plan } from './plans.js';
import type { Remote } from './remote.js';

/** How long after its making a zone's plan may be refused for no reason of ours (pulumi-cloudflare#251, terraform#1107). */
const freshMs = 15 * 60_000;

export interface CurrentPlan {
  /** Undefined: one that we do not sell. */
  readonly plan: Plan | undefined;
  readonly ratePlan: string;
  readonly subscriptionId: string | undefined;
  /** Null where Cloudflare does not tell. */
  readonly price: number | null;
  readonly currency: string;
}

export async function readPlan(remote: Remote, zoneId: string): Promise<CurrentPlan> {
  const subscription = await remote.subscriptions.ofZone(zoneId);
  if (subscription === undefined) return { plan: 'free', ratePlan: '', subscriptionId: undefined, price: 0, currency: '' };
  const { id, ratePlan, price = null, currency } = subscription;
  return { plan: planOf(ratePlan), ratePlan, subscriptionId: id, price, currency };
}

/**
 * Gives the zone a plan of ours, by its name; what it has already is left alone.
 * Throws: `unavailable` when Cloudflare refuses a zone that was made just now, which passes.
 */
export async function setPlan(remote: Remote, ctx: Ctx, zoneId: string, plan: Plan, frequency: Frequency): Promise<void> {
  const { programme } = remote.transport.server;
  await setRatePlan(remote, ctx, zoneId, ratePlanOf(plan, programme), plan, frequency);
}

/** Has Cloudflare keep a plan that it may be about to make a lesser one. A refusal says that it is not. */
export async function keepPlan(remote: Remote, ctx: Ctx, accountId: string, zoneId: string): Promise<void> {
  const { subscriptionId } = await readPlan(remote, zoneId);
  if (subscriptionId === undefined) return;
  try {
    await remote.subscriptions.cancelDowngrade(accountId, subscriptionId);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'unavailable') throw error;
    ctx.log.info('Cloudflare has no lesser plan to come for the zone', { zoneId, said: error.message });
  }
}

/** Gives the zone back what it had: a plan of ours by its name, or one that we do not sell by its rate plan. */
export async function restorePlan(remote: Remote, ctx: Ctx, zoneId: string, before: string, frequency: Frequency): Promise<void> {
  const plan = planOf(before);
  const ratePlan = plan === undefined ? before : ratePlanOf(plan, remote.transport.server.programme);
  await setRatePlan(remote, ctx, zoneId, ratePlan, plan, frequency);
}

async function setRatePlan(
  remote: Remote,
  ctx: Ctx,
  zoneId: string,
  ratePlan: string,
  plan: Plan | undefined,
  frequency: Frequency,
): Promise<void> {
  const now = await readPlan(remote, zoneId);
  if (plan === undefined ? now.ratePlan === ratePlan : now.plan === plan) return;
  try {
    await remote.subscriptions.setOfZone(zoneId, ratePlan, frequency, now.subscriptionId === undefined);
  } catch (error) {
    if (refusedWith(error, codes.authentication) && (await isFresh(remote, ctx, zoneId)))
      throw new PanelError('unavailable', 'Cloudflare takes no plan for a zone this young yet', { cause: error, retryAfterMs: 15_000 });
    throw error;
  }
}

async function isFresh(remote: Remote, ctx: Ctx, zoneId: string): Promise<boolean> {
  const made = (await remote.zones.find(zoneId))?.createdOn;
  return made !== undefined && Date.parse(ctx.now()) - Date.parse(made) < freshMs;
}
