import type { CertificateRevocation, CertificateStatus, Ctx, Json, Polled, Strength, Troubled, ValidationRecord } from '@hostwright/sdk';
import type { KeyType } from './key-and-request.js';
import type { Organization } from './organization.js';

/** What is ordered. */
export type CertificateWish = {
  /** As `certificateNames` answers them; the first is the common name of the request where it has one. */
  readonly names: readonly string[];
  /** PEM. */
  readonly csr: string;
  /** Ours for this order, `[a-z0-9-]`, at most 60: the owner mark. It goes wherever the authority keeps a reference of its customers. */
  readonly reference: string;
  /** Of this order alone, 20 characters `[0-9a-f]`: tells it from the others of the reference, and makes its validation one that was never asked for. */
  readonly once: string;
  /** With a reissue or a renewal: the order it is about. */
  readonly orderId?: string;
  /** What `Ordering.before` answered. */
  readonly before?: string;
  /** Which the certificate is to name, where the product validates one. */
  readonly organization?: Organization;
};

/** An order that was placed. Plain JSON. */
export type PlacedOrder = {
  readonly orderId: string;
  /** Whatever the authority's other calls need besides. No secret. */
  readonly details?: Json;
};

/** A certificate as the authority gives it out. */
export type IssuedFiles = {
  /** PEM texts: the certificate and those that lead from it to the root, in any order. None: it is there, and `collect` fetches it. */
  readonly pems: readonly string[];
  /** ISO 8601: until when the order is paid. */
  readonly paidTo?: string;
};

/** An order and the request whose certificate is waited for. */
export type AwaitedOrder = { readonly order: PlacedOrder; readonly csr: string };

/**
 * How an order is placed so that it is never placed twice. As a step's `strength`, `find`, `run`, `undo` and `sweep`. `blind`, without
 * `find`: an order whose answer was lost cannot be looked for, and a person decides.
 */
export interface Ordering {
  /** Undefined, without `find`: a second order is no harm. */
  readonly strength?: Strength;
  /**
   * What `find` tells orders by that were there before, such as the number of the last one. Asked for, and journaled, before anything is
   * ordered; at most 200 characters. Undefined: `find` needs nothing of the kind.
   */
  before?(): Promise<string>;
  /** The order with our request, whether finished or not; undefined when there is none. */
  find?(wish: CertificateWish): Promise<PlacedOrder | undefined>;
  run(wish: CertificateWish): Promise<PlacedOrder>;
  /** Withdraws the order. Gone counts as done. Throws `rejected` for what was charged and is not given back: a person decides. */
  undo(order: PlacedOrder): Promise<void>;
  /** For whoever is asked whether it was placed: what to look for at the authority, and what to do then. */
  advice?(wish: CertificateWish): string;
  /** With `tagged`: withdraws every order of the request but the one kept. */
  sweep?(wish: CertificateWish, keep: PlacedOrder | undefined): Promise<void>;
  /**
   * Takes its place with a request of the customer's own, where `find` goes by the request: he may have ordered with the same one before, and
   * that order is none of this wish.
   */
  readonly ofCustomersRequest?: Ordering;
}

/**
 * One authority, as its extension knows it: the calls, each in the words of the effect protocol. What comes in which order, keys, DNS
 * records and the reading of certificates are `certificateOperations`' business. Every call is made inside a step.
 */
export interface CertificateAuthority {
  readonly keyType: KeyType;
  /** Default 100. */
  readonly mostNames?: number;
  readonly order: Ordering;
  /** Undefined: the authority makes a new order for it. */
  readonly reissue?: Ordering;
  /** Undefined: as `order`. */
  readonly renew?: Ordering;
  /** What has to stand in the DNS for names that are not validated yet; `pending` while the authority has not said. */
  records(order: PlacedOrder, wish: CertificateWish): Promise<Polled<undefined, readonly ValidationRecord[]>>;
  /**
   * It looks once, as soon as it is told, and what it does not see then is refused for good: it is told only when the DNS shows the records.
   * Undefined: it looks again until it sees them.
   */
  readonly looksOnce?: true;
  /** Tells the authority that the records stand. May be repeated. Undefined: it looks by itself. */
  confirm?(order: PlacedOrder, wish: CertificateWish): Promise<void>;
  /** Whether it has seen them. A definite no is `failed`. Undefined: only the certificate tells. */
  validated?(order: PlacedOrder): Promise<Polled<undefined, undefined>>;
  /** Hands in the request where that comes last. `find`: it was. Undefined: it went with the order. */
  readonly finish?: { find(order: PlacedOrder): Promise<boolean>; run(order: PlacedOrder, csr: string): Promise<void> };
  /** Looks once for the certificate of that request. */
  issued(order: PlacedOrder, csr: string): Promise<Polled<undefined, IssuedFiles>>;
  /** The same for many orders in one call: same order, same length. */
  issuedMany?(orders: readonly AwaitedOrder[]): Promise<readonly (Polled<undefined, IssuedFiles> | Troubled)[]>;
  /**
   * Fetches a certificate that `issued` said is there. For authorities that limit this call: it holds the permit while it is made. Throws
   * `unavailable`, with when to come again, if it is not to be had yet.
   */
  readonly collect?: { readonly permit?: string; run(order: PlacedOrder, csr: string): Promise<IssuedFiles> };
  /**
   * How long a validation may take before a person is asked. Milliseconds; default 7 days. Where nobody has anything to do for it, neither
   * the customer nor who looks into an organization, 3 days at most.
   */
  readonly validationGiveUpMs?: number;
  /**
   * Throws nothing when it is revoked already; `unsupported` where that would end more than that certificate, `rejected` when the authority
   * does not do it.
   */
  revoke(revocation: CertificateRevocation): Promise<void>;
  /**
   * At the end of a service: withdraws the order as far as the authority still takes it back. What is used up runs out. Throws nothing when
   * there is no such order any more.
   */
  cancel(orderId: string): Promise<void>;
  /** Throws `not_found` for an order that is not there, or not any more. */
  status(orderId: string): Promise<CertificateStatus>;
  /** Its orders end soon after their certificates were issued: what is not found any more may be issued all the same. */
  readonly forgetsOrders?: true;
}

/** Puts the authority together from one server's settings, for one call. */
export type OpenAuthority<Server> = (ctx: Ctx, server: Server) => CertificateAuthority;
