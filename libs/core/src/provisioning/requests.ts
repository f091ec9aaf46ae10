import type { JsonObject } from '@hostwright/sdk';

export interface PlaceOrder {
  readonly productCode: string;
  readonly customerEmail: string;
  readonly customerName?: string;
  /** Answers to the product's order fields; validated against every component's module. */
  readonly order: JsonObject;
  /**
   * Who the caller is to us and what it calls the service; both or none. The pair is the service's key, also when that has ended;
   * `reusable`: the key of one that has ended is free for the next, such as the name of a zone.
   */
  readonly external?: { readonly source: string; readonly id: string; readonly reusable?: true };
  readonly requestedBy: string;
}

/** An add-on for a service. It is the customer's whose service that is. */
export interface PlaceAddon extends Pick<PlaceOrder, 'productCode' | 'order' | 'external' | 'requestedBy'> {
  readonly parentId: string;
  /** Only if the service is that customer's. */
  readonly ownedBy?: string;
}

/** An action of a module's own that is asked for. */
export interface WantedAction {
  readonly serviceId: string;
  readonly name: string;
  /** Of which component. Not needed where only one has an action of that name. */
  readonly component?: string;
  /** Checked against what the action asks for. */
  readonly input: JsonObject;
  readonly requestedBy: string;
  /** Customers may press only what is shown to them, and somebody waits for it. */
  readonly byCustomer: boolean;
}

/** A new password for what a service consists of. */
export interface WantedPassword {
  readonly serviceId: string;
  /** Of which component. Not needed where only one has a password to change. */
  readonly component?: string;
  /** What somebody chose; random when left out, and then nobody is told it. */
  readonly password?: string;
  readonly requestedBy: string;
  readonly byCustomer: boolean;
}

export interface RequestedJob {
  readonly jobId: string;
  /** False when the same had been asked for already and is not over. */
  readonly created: boolean;
  /** Components of the service that have no such operation, so the job leaves them as they are. */
  readonly without?: readonly string[];
}

export interface PlacedOrder {
  readonly serviceId: string;
  readonly jobId: string;
  /** False when the same external id had been ordered before; then everything here is as it was. */
  readonly created: boolean;
  /** Component → name → value, secrets left out. What the caller is told at once. */
  readonly reserved: Readonly<Record<string, JsonObject>>;
}

/** Takes orders and asks for operations: the service, its reservations and its job come in one transaction, or nothing does. */
export abstract class ProvisioningDesk {
  /**
   * Makes the service and its create job. The same external id again answers what the first call made, also when a hundred arrive at once.
   * Throws: `invalid_input` for an unknown product or bad order values; `conflict` when no server has room, a pool is exhausted, or the
   * external id was ordered with other values or has ended; `unavailable` while the servers are held since the panel was restored.
   */
  abstract placeOrder(order: PlaceOrder): Promise<PlacedOrder>;

  /**
   * Orders a product that is added to a service, and is a service of its own below it. What it is wired with of its parent is as it is now.
   * Throws as `placeOrder`; `not_found` for the parent, also when it is somebody else's; `invalid_input` for a product that cannot be added to
   * it; `conflict` unless it is active.
   */
  abstract placeAddon(order: PlaceAddon): Promise<PlacedOrder>;

  /**
   * Asks for an operation on a service; answers the job. Asking again for one that is not over answers that one.
   * `terminate` asks a running create to stop. On a service that is over, `terminate` answers its last job. What was added to the service is
   * ended first; it is suspended with it, and what was suspended with it is resumed with it.
   * Throws: `not_found`; `conflict` when the service's state does not allow it or its removal has been asked for; `unsupported` when its
   * module has no such operation.
   */
  abstract request(serviceId: string, operation: string, requestedBy: string): Promise<RequestedJob>;

  /**
   * Asks for a service to become one of another product with the same components; the same product again brings it back to what was sold.
   * Throws: `not_found`; `invalid_input` for an unknown product; `conflict` when the service's state does not allow it, the product has
   * other components, a module refuses the change, or another change is under way; `unsupported` when its module cannot change.
   */
  abstract changePackage(serviceId: string, productCode: string, requestedBy: string): Promise<RequestedJob>;

  /**
   * Asks for an action. The same action with the same input that is not over answers that job.
   * Throws: `not_found` for the service or the action; `invalid_input`; `conflict` when the service's state does not allow it.
   */
  abstract act(action: WantedAction): Promise<RequestedJob>;

  /**
   * Asks for a new password. It is kept sealed with the job alone, until that ends.
   * Throws: `not_found`; `conflict` when the service is not active or such a change is under way; `invalid_input` when several components
   * have one; `unsupported` when none has.
   */
  abstract changePassword(wanted: WantedPassword): Promise<RequestedJob>;
}

/** What staff can do about a job that needs a person. Each is audited. */
export abstract class OperatorDesk {
  /**
   * Tries again from where it stopped; a failed create starts anew as a new job, with other reservations. Answers the job that goes on.
   * Throws `unavailable`, for a create, while its server is held since the panel was restored.
   */
  abstract retry(jobId: string, actor: string): Promise<string>;
  /** Takes a step as done without its call; with an output where the operation needs one. */
  abstract skip(jobId: string, stepKey: string, output: JsonObject | null, actor: string): Promise<void>;
  /** Stops the job at its next step boundary and undoes what was done. */
  abstract rollBack(jobId: string, actor: string): Promise<void>;
  /**
   * For a create that met what is somebody else's under a value it had reserved: undoes what it did and fails. The service stays ordered,
   * and `retry` makes it with other values; these are kept from everybody for a day.
   * Throws `conflict` for any other job.
   */
  abstract startOver(jobId: string, actor: string): Promise<void>;
  /** Ends the job as it is; the person has seen to the rest. */
  abstract markResolved(jobId: string, resolution: string, actor: string): Promise<void>;
}
