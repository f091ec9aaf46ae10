import { PanelError } from '@hostwright/sdk';
import type { ProductConfig, ServerConfig } from './config.js';

/** Of a zone. */
export type Plan = Exclude<ProductConfig['plan'], 'none'>;
type Programme = ServerConfig['programme'];

/**
 * What a plan is called in each programme. Source: Cloudflare docs, tenant, "subscriptions". Of MSP only `msp_biz` is documented; the others
 * are formed like it.
 */
const ratePlans: Readonly<Record<Programme, Readonly<Record<Plan, string>>>> = {
  reseller: { free: 'PARTNERS_FREE', pro: 'PARTNERS_PRO', business: 'PARTNERS_BIZ', enterprise: 'PARTNERS_ENT' },
  'pay as you go': { free: 'CF_FREE', pro: 'CF_PRO_20_20', business: 'CF_BIZ', enterprise: 'CF_ENT' },
  msp: { free: 'msp_free', pro: 'msp_pro', business: 'msp_biz', enterprise: 'msp_ent' },
};

const ranks: readonly Plan[] = ['free', 'pro', 'business', 'enterprise'];

/** Answers name a plan otherwise than requests: `partners_business` for `PARTNERS_BIZ`, in whatever case. */
const planNames: ReadonlyMap<string, Plan> = new Map([
  ...ranks.flatMap((plan): [string, Plan][] => [
    [plan, plan],
    [`partners_${plan}`, plan],
  ]),
  ...Object.values(ratePlans).flatMap((ids) => Object.entries(ids).map(([plan, id]): [string, Plan] => [id.toLowerCase(), plan as Plan])),
]);

/** Which plan a rate plan of an answer is; undefined for one that we do not sell, such as `pro_plus`. */
export function planOf(ratePlan: string): Plan | undefined {
  return planNames.get(ratePlan.toLowerCase());
}

/** Whether one plan has less than the other. One that we do not sell has no less than any. */
export function isLess(plan: Plan, other: Plan | undefined): boolean {
  return other !== undefined && ranks.indexOf(plan) < ranks.indexOf(other);
}

export function ratePlanOf(plan: Plan, programme: Programme): string {
  return ratePlans[programme][plan];
}

/** Whether a service of that product is add-ons alone: its account and zone are those of the service that it is added to. */
export function isAddOnAlone({ plan }: { readonly plan?: unknown }): boolean {
  return plan === 'none';
}

/** Ids of the add-ons. Source: Cloudflare docs, tenant, "subscriptions". */
const addOnPlans = {
  reseller: { argo: 'PARTNERS_ZONE_ARGO', loadBalancing: 'PARTNERS_LOAD_BALANCING', advancedCertificates: 'ADVANCED_CERT_MANAGER' },
  others: { argo: 'ARGO_ZONE_BASIC', loadBalancing: 'LOAD_BALANCING_BASIC_PLUS', advancedCertificates: 'ADVANCED_CERT_MANAGER' },
} as const;

/** Rate plans of all add-ons of a product, each once. */
export function addOnsOf(product: Partial<ProductConfig>, programme: Programme): readonly string[] {
  const ids = programme === 'reseller' ? addOnPlans.reseller : addOnPlans.others;
  const chosen = (['argo', 'loadBalancing', 'advancedCertificates'] as const).filter((key) => product[key] === true).map((key) => ids[key]);
  const further = (product.addOns ?? '').split(' ').filter((id) => id !== '');
  return [...new Map([...chosen, ...further].map((id) => [id.toLowerCase(), id])).values()];
}

export function isSameRatePlan(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether a suspension shuts the customer out of his account. */
export function removesMember({ suspension }: Pick<ProductConfig, 'suspension'>): boolean {
  return suspension === 'pauses the zone and removes the member';
}

/** How a property says that there are none: an empty text is no value. */
const none = 'none';

/** Rate plan → subscription: what a service keeps of its add-ons, as a property's text. */
export type Kept = Readonly<Record<string, string>>;

export function writeKept(kept: Kept): string {
  const pairs = Object.entries(kept).map(([ratePlan, id]) => `${ratePlan}=${id}`);
  return pairs.length === 0 ? none : pairs.join(' ');
}

export function readKept(text: string): Kept {
  const pairs = text === none ? [] : text.split(' ');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, ratePlan, id] = /^([0-9A-Za-z_]+)=([0-9A-Za-z_-]+)$/.exec(pair) ?? [];
      if (ratePlan === undefined || id === undefined)
        throw new PanelError('conflict', `the property "subscriptions" cannot be read: ${pair}`);
      return [ratePlan, id];
    }),
  );
}
