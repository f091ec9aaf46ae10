import { asId, asObject, codes, isGone, listOf, maybeObject, maybeText, refusedWith, type Shape } from '@hostwright/vendor-cloudflare';
import type { Transport } from './transport.js';

export interface Subscription {
  readonly id: string;
  readonly ratePlan: string;
  readonly isLive: boolean;
  /** Per period, in the currency's main unit, as Cloudflare writes it; undefined when it does not tell. */
  readonly price: number | undefined;
  readonly currency: string;
  readonly periodStart: string;
}

export interface RatePlan {
  readonly id: string;
  readonly name: string;
  readonly frequency: string;
}

export type Frequency = 'monthly' | 'yearly';

/** Those of the SDK's type alone; Cloudflare's docs name the partner programmes' ids, which are sent as they are. */
type TypedRatePlan = 'free';

const over = ['Cancelled', 'Failed', 'Expired'];

/** Add-ons of an account. Cloudflare makes a second one of the same kind without a word. */
export class Subscriptions {
  constructor(private readonly transport: Transport) {}

  /** Those that are charged for, the oldest first; none where the account is gone. */
  async live(accountId: string): Promise<readonly Subscription[]> {
    try {
      const answer = await this.transport.call('resources', (sdk) => sdk.accounts.subscriptions.get({ account_id: accountId }));
      const all = listOf(readSubscription)(answer.result, 'GET /accounts/…/subscriptions');
      return all.filter(({ isLive }) => isLive).sort(byAge);
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }

  async create(accountId: string, ratePlan: string, frequency: Frequency): Promise<Subscription> {
    const answer = await this.transport.call('resources', (sdk) =>
      sdk.accounts.subscriptions.create({ account_id: accountId, rate_plan: { id: ratePlan as TypedRatePlan }, frequency }),
    );
    return readSubscription(answer, 'POST /accounts/…/subscriptions');
  }

  /** One that is gone counts as cancelled. */
  async cancel(accountId: string, id: string): Promise<void> {
    try {
      await this.transport.call('resources', (sdk) => sdk.accounts.subscriptions.delete(id, { account_id: accountId }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** The plan of a zone; undefined: it has none, which is the free one. */
  async ofZone(zoneId: string): Promise<Subscription | undefined> {
    try {
      const answer = await this.transport.call('resources', (sdk) => sdk.zones.subscriptions.get({ zone_id: zoneId }));
      const plan = readSubscription(answer, 'GET /zones/…/subscription');
      return plan.isLive ? plan : undefined;
    } catch (error) {
      if (refusedWith(error, codes.noCoreSubscription)) return undefined;
      throw error;
    }
  }

  /** Rate plans that a zone can have, by the ids of this tenant's agreement. */
  async offered(zoneId: string): Promise<readonly RatePlan[]> {
    const answer = await this.transport.call('resources', (sdk) => sdk.zones.ratePlans.get({ zone_id: zoneId }));
    return listOf(readRatePlan)(answer.result, 'GET /zones/…/available_rate_plans');
  }

  /** A zone without a plan gets one by POST, another by PUT. Source: cloudflare-go#362. */
  async setOfZone(zoneId: string, ratePlan: string, frequency: Frequency, isFirst: boolean): Promise<void> {
    const wanted = { zone_id: zoneId, rate_plan: { id: ratePlan as TypedRatePlan }, frequency };
    const answer = await this.transport.call('resources', (sdk) =>
      isFirst ? sdk.zones.subscriptions.create(wanted) : sdk.zones.subscriptions.update(wanted),
    );
    asObject(answer, `${isFirst ? 'POST' : 'PUT'} /zones/…/subscription`);
  }

  /** Has Cloudflare keep what it was to make less at the end of the paid period. Throws a `Refusal` where that was not to be, too. */
  async cancelDowngrade(accountId: string, id: string): Promise<void> {
    await this.transport.call('resources', (sdk) =>
      sdk.accounts.subscriptions.cancelDowngrade({ account_id: accountId, subscription_ids: [id] }),
    );
  }
}

function readSubscription(value: unknown, what: string): Subscription {
  const subscription = asObject(value, what);
  const price = subscription['price'];
  return {
    id: asId(subscription, what),
    ratePlan: ratePlanOf(subscription, what),
    isLive: !over.includes(maybeText(subscription, 'state', what) ?? ''),
    price: typeof price === 'number' ? price : undefined,
    currency: maybeText(subscription, 'currency', what) ?? '',
    periodStart: maybeText(subscription, 'current_period_start', what) ?? '',
  };
}

function ratePlanOf(subscription: Shape, what: string): string {
  const ratePlan = maybeObject(subscription, 'rate_plan', what);
  return 'id' in ratePlan ? asId(ratePlan, what) : '';
}

function readRatePlan(value: unknown, what: string): RatePlan {
  const ratePlan = asObject(value, what);
  return {
    id: asId(ratePlan, what),
    name: maybeText(ratePlan, 'name', what) ?? '',
    frequency: maybeText(ratePlan, 'frequency', what) ?? '',
  };
}

function byAge(one: Subscription, other: Subscription): number {
  return one.periodStart.localeCompare(other.periodStart) || one.id.localeCompare(other.id);
}
