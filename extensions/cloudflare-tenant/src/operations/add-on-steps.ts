import { absent, done, type CallStep, type Ctx } from '@hostwright/sdk';
import type { Frequency, Subscription } from '../client/index.js';
import { addOnsOf, isSameRatePlan } from '../plans.js';
import type { ProductConfig } from '../config.js';
import type { Remote } from '../remote.js';

/** `price`: null where Cloudflare does not tell. */
export type AddOn = { readonly id: string; readonly price: number | null; readonly currency: string };

type AddOnClaim = {
  readonly accountId: string;
  readonly ratePlan: string;
};

/**
 * An add-on of the account. Cloudflare makes and charges a second one without a word, so those that are there are looked at first. Which of
 * the customer's services it was made for makes no difference: they share it. `before`: what was there when the job began.
 */
export function addOnStep(
  remote: Remote,
  ctx: Ctx,
  { accountId, ratePlan }: AddOnClaim,
  frequency: Frequency,
  before: readonly string[],
): CallStep<AddOnClaim, AddOn> {
  const live = async (): Promise<readonly Subscription[]> =>
    (await remote.subscriptions.live(accountId)).filter((one) => isSameRatePlan(one.ratePlan, ratePlan));
  return {
    strength: 'tagged',
    claim: { accountId, ratePlan },
    find: async () => {
      const [oldest] = await live();
      return oldest === undefined ? absent : done(facts(oldest));
    },
    run: async () => {
      const made = await remote.subscriptions.create(accountId, ratePlan, frequency);
      // Another service of the customer may have subscribed at the same time: of the two, the younger one goes.
      const [oldest] = await live();
      if (oldest === undefined || oldest.id === made.id) return facts(made);
      await remote.subscriptions.cancel(accountId, made.id);
      ctx.log.warn(`${ratePlan} was subscribed to twice at once; the younger one was cancelled`, { kept: oldest.id, cancelled: made.id });
      return facts(oldest);
    },
    undo: async ({ id }) => {
      if (before.includes(id) || (await isNeeded(ctx, remote, ratePlan))) return;
      await remote.subscriptions.cancel(accountId, id);
    },
    remains: (made) => (before.includes(made.id) ? undefined : chargeOf(ratePlan, made)),
    sweep: async (_claim, kept) => {
      // What was there before is somebody's; what came since is a double, unless another service of the customer relies on it.
      if (kept === undefined && (await isNeeded(ctx, remote, ratePlan))) return;
      for (const { id } of await live()) {
        if (id !== kept?.id && !before.includes(id)) await remote.subscriptions.cancel(accountId, id);
      }
    },
  };
}

/** Whether another service of the customer has that add-on too. */
export async function isNeeded(ctx: Ctx, remote: Remote, ratePlan: string): Promise<boolean> {
  return (await addOnsOfOthers(ctx, remote)).some((id) => isSameRatePlan(id, ratePlan));
}

/** Of those, the ids that no other service of the customer can have: somebody subscribed otherwise, and they are not ours to cancel. */
export async function boughtOtherwise(ctx: Ctx, remote: Remote, subscriptions: readonly Subscription[]): Promise<readonly string[]> {
  const ours = await addOnsOfOthers(ctx, remote);
  return subscriptions.filter(({ ratePlan }) => !ours.some((id) => isSameRatePlan(id, ratePlan))).map(({ id }) => id);
}

async function addOnsOfOthers(ctx: Ctx, remote: Remote): Promise<readonly string[]> {
  const { programme } = remote.transport.server;
  const { others } = await ctx.customer();
  return others.flatMap(({ product }) => addOnsOf(product as Partial<ProductConfig>, programme));
}

/** What does not come back with the end of a subscription, for staff to see to; undefined where it costs nothing. */
export function chargeOf(name: string, { price, currency }: Pick<AddOn, 'price' | 'currency'>): string | undefined {
  if (price === null) return `Cloudflare may have charged for ${name}, and does not tell how much. What was charged does not come back.`;
  if (price <= 0) return undefined;
  return `Cloudflare has charged ${price}${currency === '' ? '' : ` ${currency}`} for ${name}. Nothing is charged any more, and this does not come back.`;
}

function facts({ id, price, currency }: Subscription): AddOn {
  return { id, price: price ?? null, currency };
}
