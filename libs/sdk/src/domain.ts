import type { Fields, PropertiesOf, ValuesOf } from './fields.js';
import type { LaterShape } from './provisioning.js';

/** A domain of a customer's own, as an operation is told of it. That it is the customer's has been seen in the DNS. */
export type DomainFacts = {
  /** In lower case and in ASCII (`xn--…`), without a dot at the end. */
  readonly name: string;
  /**
   * It was delegated to the target's name servers and led nowhere yet when it was added, so it has or needs a zone there; false: its
   * address records are somebody else's business.
   */
  readonly zone: boolean;
};

/** Where a domain must lead before it is added. */
export type DomainTarget = {
  /** IPv4 and IPv6 addresses that its records may name, at least one. */
  readonly addresses: readonly string[];
  /** To whom it may be delegated instead, all of them, where the module then makes its zone. */
  readonly nameServers?: readonly string[];
};

/** For the adding and the removal of one domain. */
export interface DomainShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly input: LaterShape<S, P, O, R>['input'] & { readonly domain: DomainFacts };
  readonly output: undefined | void;
}

/** For the end of a service: with it go its domains. */
export interface TerminateShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  /** `domains`: added, or perhaps so: some may be there in part, or not at all. */
  readonly input: LaterShape<S, P, O, R>['input'] & { readonly domains: readonly DomainFacts[] };
  readonly output: LaterShape<S, P, O, R>['output'];
}

export interface DomainTargetArguments<S extends Fields, P extends Fields, R extends Fields> {
  /** Without its secrets. */
  readonly server: ValuesOf<S>;
  readonly product: ValuesOf<P>;
  /** Without its secrets. */
  readonly properties: PropertiesOf<R>;
}
