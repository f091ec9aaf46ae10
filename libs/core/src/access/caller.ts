import type { Scope } from './scopes.js';

/** A person who logged in and works for the reseller. */
export interface StaffCaller {
  readonly kind: 'staff';
  readonly accountId: string;
}
/** A person who logged in and buys. */
export interface CustomerCaller {
  readonly kind: 'customer';
  readonly accountId: string;
  readonly customerId: string;
}
/** A program with an API key. */
export interface KeyCaller {
  readonly kind: 'key';
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}
/** Whoever calls. */
export type Caller = StaffCaller | CustomerCaller | KeyCaller;

/** Who did it, as the audit and the jobs name them: `staff:1`, `customer:2`, `key:3`. */
export function actorOf(caller: Caller): string {
  return caller.kind === 'key' ? `key:${caller.keyId}` : `${caller.kind}:${caller.accountId}`;
}

/** Who may make a call. Somebody who fits any of the three may. */
export interface Admission {
  readonly staff?: true;
  readonly customer?: true;
  /** An API key with this scope. */
  readonly scope?: Scope;
}

export function isAdmitted(caller: Caller, admission: Admission): boolean {
  switch (caller.kind) {
    case 'staff':
      return admission.staff === true;
    case 'customer':
      return admission.customer === true;
    case 'key':
      return admission.scope !== undefined && caller.scopes.includes(admission.scope);
  }
}

/** Whose things the caller may see: one customer's, or everybody's (`undefined`). Part of every query for what a customer owns. */
export function ownerFilter(caller: Caller): string | undefined {
  return caller.kind === 'customer' ? caller.customerId : undefined;
}
