import type { Domain } from './domain.js';

/** A domain that is to lead to a service. */
export interface WantedDomain {
  readonly serviceId: string;
  /** As it was typed. */
  readonly name: string;
  /** To which component. Not needed where only one can. */
  readonly component?: string;
  /** Only that customer's service; anything else is not there. */
  readonly ownedBy?: string;
  readonly requestedBy: string;
}

export interface RequestedDomain {
  readonly domain: Domain;
  /** The job that adds or removes it; null while it waits for the DNS, and when nothing was to be done. */
  readonly jobId: string | null;
  /** False when the same had been asked for already. */
  readonly created: boolean;
}

/** Takes what customers ask for their domains, in one transaction each. */
export abstract class DomainDesk {
  /**
   * Takes a domain for a service. Once its DNS shows that it is the customer's and that it leads here, a job adds it; it is looked at at
   * once, then more and more rarely, for 72 hours. Asked for again, it is looked at once more.
   * Throws: `not_found`; `invalid_input` for what is no domain or is in a zone of the seller's; `conflict` when the service is not
   * active, has as many as its plan allows, or when the name is another service's; `unsupported` when its module takes none.
   */
  abstract add(wanted: WantedDomain): Promise<RequestedDomain>;

  /**
   * Asks for its removal. One that only waits for the DNS is gone at once; the job that adds one is asked to stop.
   * Throws: `not_found`; `invalid_input`; `conflict` when the service's state does not allow it.
   */
  abstract remove(wanted: Omit<WantedDomain, 'component'>): Promise<RequestedDomain>;
}
