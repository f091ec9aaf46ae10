import type { Domain } from './domain.js';
import type { DnsVerdict } from './domain-proof.js';

/** A domain that waits for its DNS, or one whose removal is to be begun (`removing`). */
export interface WaitingDomain extends Pick<Domain, 'id' | 'name' | 'state' | 'token' | 'target' | 'verifiedBy'> {
  /** Since it was asked for. */
  readonly waitedMs: number;
}

/** The domains that wait for their DNS. */
export abstract class DomainWaits {
  /** Those whose look is due. Nobody else is given them within the next minute; who dies with them has lost nothing. */
  abstract claim(limit: number): Promise<readonly WaitingDomain[]>;
  /** What a look has found missing, and when the next is due. `tell`: the customer is told of it, unless that was done before. */
  abstract keepWaiting(id: string, verdict: DnsVerdict, lookInMs: number, tell: boolean): Promise<void>;
  /** Makes the job that adds it, unless the service is not active now: then it is looked at again in a while. */
  abstract begin(id: string, verdict: DnsVerdict): Promise<void>;
  /** Makes the job that takes one away which was added although it had been taken back. */
  abstract beginRemoval(id: string): Promise<void>;
  /** Ends the wait: it is gone. */
  abstract giveUp(id: string, reason: string): Promise<void>;
}
