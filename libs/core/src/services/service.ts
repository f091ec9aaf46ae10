import type { JsonObject } from '@hostwright/sdk';

/** `cancelled`: never delivered */
export const serviceStates = ['pending', 'active', 'suspended', 'terminated', 'cancelled'] as const;
export type ServiceState = (typeof serviceStates)[number];

/** One running instance of a product for one customer. */
export interface Service {
  readonly id: string;
  readonly productId: string;
  readonly productCode: string;
  readonly customerId: string;
  /** Who ordered it from outside and what they call it; both or none. */
  readonly externalSource: string | null;
  readonly externalId: string | null;
  readonly orderValues: JsonObject;
  /** The service that it is added to. */
  readonly parentId: string | null;
  readonly state: ServiceState;
  readonly stateSince: Date;
  readonly desiredState: 'active' | 'suspended' | 'terminated';
  /** What the provider said last, and when. */
  readonly observedState: string | null;
  readonly observedAt: Date | null;
  readonly createdAt: Date;
}

/** The part of a service that one module delivers. */
export interface ServiceComponent {
  readonly name: string;
  readonly extension: string;
  readonly serverId: string;
  /** Null until it was made. */
  readonly remoteId: string | null;
  /** What create left on it, secrets sealed. */
  readonly properties: JsonObject;
  /** ISO 8601: when it ends unless somebody does something, such as a certificate that is paid until then; null: it does not. */
  readonly expiresAt: string | null;
}

/** `awaited`: not made yet */
export const componentStates = ['awaited', 'made', 'gone'] as const;
export type ComponentState = (typeof componentStates)[number];

/** How far a component of a service in this state is. */
export function componentState({ remoteId }: Pick<ServiceComponent, 'remoteId'>, service: ServiceState): ComponentState {
  if (isGone(service)) return 'gone';
  return remoteId === null ? 'awaited' : 'made';
}

/** True when there is nothing left of it. */
export function isGone(state: ServiceState): boolean {
  return state === 'terminated' || state === 'cancelled';
}
