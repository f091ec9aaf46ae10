import type { TriggerFact, TriggerItem } from '@hostwright/sdk';
import type { Service } from '../services/index.js';
import { orderedQuantity, usesQuantity, type OrderMapping } from './trigger-mapping.js';

/** What was bought, as far as it is mapped to a product here. */
export type ChosenItem = { readonly mapping: OrderMapping; readonly quantity: number };

export type KnownService = Pick<Service, 'id' | 'state' | 'desiredState' | 'productCode' | 'orderValues'>;

export interface Situation {
  readonly fact: TriggerFact;
  /** Items of the fact that are mapped; see `chosenItems`. */
  readonly chosen: readonly ChosenItem[];
  readonly service: KnownService | undefined;
  /** That it is suspended is our doing. */
  readonly suspendedByUs: boolean;
}

/** What is to be done so that the service becomes as its subject is paid. */
export type Decision =
  | { readonly act: 'nothing'; readonly why: string }
  | { readonly act: 'order'; readonly item: ChosenItem; readonly email: string }
  | { readonly act: 'suspend' | 'terminate'; readonly serviceId: string; readonly why: string }
  /** `more`: it has to be looked at again after that, for it is not what is paid for. */
  | { readonly act: 'unsuspend'; readonly serviceId: string; readonly why: string; readonly more: boolean }
  | { readonly act: 'change'; readonly serviceId: string; readonly productCode: string }
  /** Something else has to end before. */
  | { readonly act: 'wait'; readonly why: string }
  /** Only a person can say: what is wrong, and what to do about it. `once`: who has seen to it is not asked the very same again. */
  | { readonly act: 'ask'; readonly wrong: string; readonly next: string; readonly once?: boolean };

/** Of each item the mapping of its most exact name that has one; items without any are left out. */
export function chosenItems(items: readonly TriggerItem[], mappings: readonly OrderMapping[]): readonly ChosenItem[] {
  return items.flatMap(({ names, quantity }) => {
    const found = names.map((name) => mappings.find(({ plan }) => plan === name)).find((mapping) => mapping !== undefined);
    return found ? [{ mapping: found, quantity }] : [];
  });
}

/** Compares how the subject stands with what the service is meant to be. What nobody asked us for is left as it is. */
export function decide(situation: Situation): Decision {
  const { fact, service } = situation;
  if (!service) return fact.state === 'active' ? order(situation) : nothing(`it is ${fact.state}, and nothing was ordered for it`);
  const gone = service.state === 'terminated' || service.state === 'cancelled' || service.desiredState === 'terminated';
  if (gone && fact.state === 'active')
    return {
      act: 'ask',
      wrong: `is paid, but its service ${service.id} has ended`,
      next: 'End and refund it at the billing system, or order a new service for the customer by hand',
    };
  if (gone) return nothing(`service ${service.id} has ended`);
  switch (fact.state) {
    case 'waiting':
      return nothing(`nothing was paid yet; service ${service.id} stays as it is`);
    case 'active':
      return keep(situation, service);
    case 'overdue':
    case 'unpaid':
    case 'refunded':
    case 'ended':
      return withhold(situation, service, fact.state);
  }
}

function order({ fact, chosen }: Situation): Decision {
  const one = onlyOne(fact, chosen);
  if ('act' in one) return one;
  const { email } = fact.customer;
  if (email === null)
    return {
      act: 'ask',
      wrong: 'is paid, but its customer has no valid e-mail address',
      next: 'Enter one at the billing system, then replay the event',
    };
  if (one.quantity !== 1 && !usesQuantity(one.mapping))
    return {
      act: 'ask',
      wrong: `is paid for ${one.quantity} of '${one.mapping.plan}', and one service is all that its mapping orders`,
      next: `Take an order value of mapping ${one.mapping.id} from "quantity" and replay the event, or order all of them by hand and resolve this`,
      once: true,
    };
  return { act: 'order', item: one, email };
}

/** It is paid: what we suspended goes on, and it becomes what is paid for. */
function keep({ fact, chosen, suspendedByUs }: Situation, service: KnownService): Decision {
  if (service.desiredState === 'suspended') {
    if (!suspendedByUs) return nothing(`it is paid, but service ${service.id} was suspended by somebody else; it stays so`);
    if (service.state !== 'suspended') return { act: 'wait', why: `service ${service.id} is being suspended` };
    return { act: 'unsuspend', serviceId: service.id, why: 'it is paid', more: become(fact, chosen, service).act !== 'nothing' };
  }
  return become(fact, chosen, service);
}

function become(fact: TriggerFact, chosen: readonly ChosenItem[], service: KnownService): Decision {
  const one = onlyOne(fact, chosen);
  if ('act' in one) return one;
  const { productCode } = one.mapping;
  if (productCode === service.productCode) return many(one, service) ?? nothing(`service ${service.id} is as it is paid`);
  if (service.state !== 'active')
    return { act: 'wait', why: `service ${service.id} is ${service.state}; it becomes '${productCode}' after that` };
  return { act: 'change', serviceId: service.id, productCode };
}

/** Of another number than the service was ordered for. Undefined when it is the same. */
function many({ mapping, quantity }: ChosenItem, { id, orderValues }: KnownService): Decision | undefined {
  const ordered = orderedQuantity(mapping, orderValues);
  return ordered === undefined || String(ordered) === String(quantity)
    ? undefined
    : {
        act: 'ask',
        wrong: `is paid for ${quantity} of '${mapping.plan}' now, and its service ${id} was ordered for ${String(ordered)}`,
        next: `Give service ${id} what is paid for by hand, or order the others, and resolve this`,
        once: true,
      };
}

function withhold({ fact, chosen }: Situation, service: KnownService, state: 'overdue' | 'unpaid' | 'refunded' | 'ended'): Decision {
  const one = onlyOne(fact, chosen);
  if ('act' in one)
    return { ...one, once: false, next: `Suspend or end service ${service.id}, or ${one.next[0]!.toLowerCase()}${one.next.slice(1)}` };
  const why = `it is ${state}`;
  switch (one.mapping.policy[state]) {
    case 'nothing':
      return nothing(`${why}, for which its mapping does nothing`);
    case 'terminate':
      return { act: 'terminate', serviceId: service.id, why };
    case 'suspend':
      if (service.desiredState === 'suspended') return nothing(`${why}; service ${service.id} is suspended`);
      if (service.state !== 'active') return { act: 'wait', why: `service ${service.id} is ${service.state}; it is suspended after that` };
      return { act: 'suspend', serviceId: service.id, why };
  }
}

/** One subject is one service. */
function onlyOne({ state, items }: TriggerFact, chosen: readonly ChosenItem[]): ChosenItem | Extract<Decision, { act: 'ask' }> {
  const said = state === 'active' ? 'is paid' : `is ${state}`;
  const [one, ...others] = chosen;
  if (!one) {
    const plans = items.map(({ names: [name = '?'] }) => `'${name}'`).join(', ') || 'nothing that has a name';
    return {
      act: 'ask',
      wrong: `${said}, but no mapping names ${plans}`,
      next: 'Map it to a product, then replay the event; if it is nothing that is delivered here, resolve this',
      once: true,
    };
  }
  if (others.length > 0)
    return {
      act: 'ask',
      wrong: `${said} for several things that are mapped: ${chosen.map(({ mapping }) => `'${mapping.plan}'`).join(', ')}`,
      next: 'Leave one of them mapped, sell the rest as parts of its product or order them by hand, and replay the event',
    };
  return one;
}

function nothing(why: string): Decision {
  return { act: 'nothing', why };
}
