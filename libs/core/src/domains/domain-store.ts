import type { Page, PageOf } from '../paging/index.js';
import type { Domain, DomainState } from './domain.js';

export interface DomainFilter {
  readonly serviceId?: string;
  readonly state?: DomainState;
  /** Only those that are not gone. */
  readonly live?: boolean;
  /** In lower case and in ASCII. */
  readonly name?: string;
}

/** Domains as they are read; what changes them is asked of the desk. `ownedBy`: only that customer's. */
export abstract class DomainStore {
  /** Newest first. */
  abstract list(page: Page, filter: DomainFilter, ownedBy?: string): Promise<PageOf<Domain>>;
}
