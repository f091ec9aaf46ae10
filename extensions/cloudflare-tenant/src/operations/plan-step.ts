import { absent, done, PanelError, type CallStep, type Ctx } from '@hostwright/sdk';
import { isGone } from '@hostwright/vendor-cloudflare';
import type { Frequency } from '../client/index.js';
import { isLess, planOf, type Plan } from '../plans.js';
import type { Remote } from '../remote.js';
import { keepPlan, readPlan, restorePlan, setPlan } from '../zone-plan.js';
import { chargeOf } from './add-on-steps.js';

export type SetPlan = { readonly subscriptionId: string; readonly price: number | null; readonly currency: string };

export interface PlanChange {
  readonly accountId: string;
  readonly zoneId: string;
  readonly plan: Plan;
  readonly frequency: Frequency;
  /** What an undo gives back, as `Before.plan`. */
  readonly before: string;
  /** Of the subscription that was there, as far as it is known: another is charged for. */
  readonly planId?: string;
  /** What the service had was another plan: Cloudflare may be about to end the one that it has. */
  readonly mayBeEnding?: boolean;
}

/** The zone's plan. A zone has one, so a second call changes nothing. A lesser one may begin at the end of the paid period. */
export function planStep(
  remote: Remote,
  ctx: Ctx,
  { accountId, zoneId, plan, frequency, before, planId, mayBeEnding = false }: PlanChange,
): CallStep<{ readonly zoneId: string; readonly plan: Plan }, SetPlan> {
  const current = async (): Promise<SetPlan | undefined> => {
    const now = await readPlan(remote, zoneId);
    return now.plan === plan ? { subscriptionId: now.subscriptionId ?? '', price: now.price, currency: now.currency } : undefined;
  };
  return {
    strength: 'unique',
    claim: { zoneId, plan },
    find: async () => {
      const there = await unlessGone(current());
      return there === undefined || mayBeEnding ? absent : done(there);
    },
    run: async () => {
      if (mayBeEnding) await keepPlan(remote, ctx, accountId, zoneId);
      await setPlan(remote, ctx, zoneId, plan, frequency);
      const there = await current();
      if (there !== undefined) return there;
      if (!isLess(plan, planOf(before))) throw new PanelError('unknown_outcome', `the zone does not have the plan ${plan} yet`);
      ctx.log.info(`the zone keeps ${before} to the end of the paid period, and has the plan ${plan} then`, { zoneId });
      return { subscriptionId: planId ?? '', price: 0, currency: '' };
    },
    undo: async () => {
      if (planOf(before) === plan) return;
      if (isLess(plan, planOf(before))) await unlessGone(keepPlan(remote, ctx, accountId, zoneId));
      await unlessGone(restorePlan(remote, ctx, zoneId, before, frequency));
    },
    remains: (made) =>
      plan === 'free' || planOf(before) === plan || (planId !== undefined && made.subscriptionId === planId)
        ? undefined
        : chargeOf(`the plan ${plan}`, made),
  };
}

/** A zone that is gone has no plan to look for, or to give back. */
async function unlessGone<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
