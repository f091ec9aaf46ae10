/** A door into a service, opened for one log-in. */
export interface SignOn {
  /** https. Whoever has it is logged in, so it is shown to nobody but the asker. */
  readonly url: string;
  readonly expiresAt: string;
}

/** Asks a component's module to log the customer in. */
export abstract class ServiceSignOn {
  /**
   * Throws `not_found`; `conflict` when the component was not made yet; `unsupported` when its module cannot; and what the module throws.
   * Somebody waits for it, so it may use what is kept for customers of the calls a provider allows.
   */
  abstract open(serviceId: string, component: string): Promise<SignOn>;
}
