import type { TriggerFact } from '@hostwright/sdk';
import type { Service } from '../services/index.js';
import { triggerSource } from './trigger-event.js';
import type { OrderMapping } from './trigger-mapping.js';

export type PossibleParent = Pick<Service, 'id' | 'state' | 'desiredState' | 'externalSource' | 'externalId'>;

/** Which service an add-on that is paid for is added to. */
export type ParentChoice =
  | { readonly parentId: string }
  /** Not now. */
  | { readonly later: string }
  /** There is none, which may be so only until the other thing that was bought is looked at. */
  | { readonly missing: string }
  | { readonly wrong: string; readonly next: string };

/** Of the customer's services that it can be added to the one that the provider names, or else the only one. */
export function chooseParent(services: readonly PossibleParent[], mapping: OrderMapping, fact: TriggerFact): ParentChoice {
  const { addTo, serverId, productCode } = mapping;
  const named = addTo === null ? undefined : nameIn(fact, addTo);
  if (addTo !== null && named === undefined)
    return {
      wrong: `is paid, but does not say in '${addTo}' which service '${productCode}' is added to`,
      next: 'Enter it at the billing system, then replay the event',
    };
  const isNamed = ({ id, externalSource, externalId }: PossibleParent): boolean =>
    named === undefined || id === named || (externalSource === triggerSource(serverId) && externalId === named);
  const [one, ...others] = services.filter(isNamed);
  if (!one)
    return { missing: `the customer has no service${named === undefined ? '' : ` '${named}'`} that '${productCode}' could be added to` };
  if (others.length > 0)
    return {
      wrong: `is paid, but '${productCode}' could be added to each of the services ${[one, ...others].map(({ id }) => id).join(', ')}`,
      next: `Have mapping ${mapping.id} say what names the service, and replay the event; or order it for one of them by hand`,
    };
  if (one.state !== 'active' || one.desiredState !== 'active')
    return { later: `service ${one.id} is ${one.state}; '${productCode}' is added to it once it runs` };
  return { parentId: one.id };
}

function nameIn({ values }: TriggerFact, name: string): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined || value === '' ? undefined : String(value);
}
