import type { JsonObject } from '@hostwright/sdk';
import type { Page, PageOf } from '../paging/index.js';
import type { Service, ServiceComponent, ServiceState } from './service.js';

export interface ServiceDetails extends Service {
  readonly components: readonly ServiceComponent[];
  /** The job that made it; null when its create never became a job. */
  readonly createJobId: string | null;
  /** The job in flight, when there is one. */
  readonly runningJobId: string | null;
  /** Component → name → value as reserved for its create job, secrets sealed or wiped. */
  readonly reserved: Readonly<Record<string, JsonObject>>;
  /** What was added to it, oldest first; what is gone included. */
  readonly children: readonly Pick<Service, 'id' | 'productCode' | 'state'>[];
}

export interface ServiceFilter {
  readonly customerId?: string;
  readonly productId?: string;
  readonly state?: ServiceState;
}

export interface ExternalFilter {
  /** What the other side calls them. */
  readonly ids?: readonly string[];
  readonly serviceId?: string;
  /** E-mail address of the customer they are of. */
  readonly customerEmail?: string;
}

/** Services as they are read; what changes them is a job. `ownedBy`: only that customer's, anything else is not there. */
export abstract class ServiceStore {
  /** Throws `not_found`. */
  abstract get(id: string, ownedBy?: string): Promise<ServiceDetails>;
  abstract findExternal(source: string, id: string): Promise<ServiceDetails | undefined>;
  /** Who asked for the suspension that holds, or is under way; undefined when it is not suspended or only because what it was added to is. */
  abstract suspendedBy(id: string): Promise<string | undefined>;
  /** All that are not over and were ordered from there, oldest first. */
  abstract listExternal(source: string, filter: ExternalFilter): Promise<readonly ServiceDetails[]>;
  /** Services of the customer with that address, not over, to which the product can be added; oldest first. */
  abstract parentsFor(productCode: string, customerEmail: string): Promise<readonly Service[]>;
  /** Newest first. */
  abstract list(page: Page, filter: ServiceFilter): Promise<PageOf<Service>>;
}
