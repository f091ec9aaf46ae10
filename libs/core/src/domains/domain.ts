import type { DomainTarget } from '@hostwright/sdk';
import { challengeName } from './domain-name.js';

/**
 * - `adding`: it waits for the DNS, and then for the job that adds it
 * - `active`: it leads to the service
 * - `removing`: a job takes it away; should that fail, it is asked for again
 * - `gone`: over, for whatever reason
 */
export const domainStates = ['adding', 'active', 'removing', 'gone'] as const;
export type DomainState = (typeof domainStates)[number];

/** How it was seen that it is the customer's: by our text in its DNS, or because it leads to the service already. */
export const proofs = ['txt', 'address'] as const;
export type Proof = (typeof proofs)[number];

/** A domain of a customer's own that leads, or is to lead, to a service. */
export interface Domain {
  readonly id: string;
  readonly serviceId: string;
  readonly component: string;
  /** In lower case and in ASCII. */
  readonly name: string;
  readonly state: DomainState;
  /** What the TXT record must say. */
  readonly token: string;
  readonly target: Required<DomainTarget>;
  readonly verifiedBy: Proof | null;
  readonly verifiedAt: Date | null;
  /** What the DNS still lacked when it was last looked at; null when nothing, before the first look since it was asked for, or when it is not waited for. */
  readonly missing: string | null;
  /** When it is looked at next; null when it is not waited for. While `removing`: its removal is yet to begin. */
  readonly lookAt: Date | null;
  /** Its zone at our name servers was made with it, and goes with it. */
  readonly zone: boolean;
  /** Why it is gone, when it did not go as it was asked to. */
  readonly failure: string | null;
  readonly addJobId: string | null;
  readonly removeJobId: string | null;
  readonly createdAt: Date;
  readonly activeSince: Date | null;
  readonly goneAt: Date | null;
}

/** What the customer can do: prove that the domain is theirs, and let it lead to the service. An address does both. */
export interface DomainInstructions {
  readonly txt: { readonly name: string; readonly value: string };
  /** What its A and AAAA records must say, and nothing else. */
  readonly addresses: readonly string[];
  /** Whom it may be delegated to instead, once the text was seen; none where there are no zones. */
  readonly nameServers: readonly string[];
}

export function instructionsFor({ name, token, target }: Pick<Domain, 'name' | 'token' | 'target'>): DomainInstructions {
  return { txt: { name: challengeName(name), value: token }, ...target };
}

/** A domain as its customer may see it. Why its job failed is in the provider's words; the job itself says what customers are told. */
export function domainForCustomer(domain: Domain): Domain {
  return domain.failure === null || domain.addJobId === null ? domain : { ...domain, failure: 'it could not be added' };
}
