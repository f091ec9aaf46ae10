import type { Ctx } from './context.js';
import type { Fields, ValuesOf } from './fields.js';
import type { ConnectionTest, ModuleLimits, TestArguments } from './module.js';

/** What arrived at the panel's address for a provider, as it was sent. */
export type TriggerNotice = {
  /** Names in lower case. Several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the address, without the `?`; empty when there is none. */
  readonly query: string;
  /** The bytes of the body, read as UTF-8 and otherwise untouched. */
  readonly body: string;
  /** ISO 8601. */
  readonly receivedAt: string;
};

/** A notice whose signature is right. */
export type VerifiedNotice = {
  /** The provider's id of the event, at most 255 characters: the same once more is the same event, whatever else it says. */
  readonly eventId: string;
  /** At most 100 characters, for people to read. */
  readonly eventType: string;
  /** What is to be read again, at most 255 characters; null when nothing that is sold can have changed. */
  readonly subject: string | null;
};

/**
 * How a subscription or payment stands, whatever the provider calls it:
 * - `waiting`: nothing was paid yet
 * - `active`: paid, or on a trial: the customer is to have it
 * - `overdue`: a payment failed and the provider tries it again
 * - `unpaid`: a payment failed for good, or is held back because the payer disputes it, or the subscription is paused
 * - `refunded`: all that was paid for now went back
 * - `ended`: cancelled or run out
 */
export const triggerStates = ['waiting', 'active', 'overdue', 'unpaid', 'refunded', 'ended'] as const;
export type TriggerState = (typeof triggerStates)[number];

/** Something that was bought. */
export type TriggerItem = {
  /** By which it may be mapped to a product, the most exact first, such as a price's id before its product's. */
  readonly names: readonly string[];
  readonly quantity: number;
};

/** What the provider says of a subject, read again and not taken from a notice. */
export type TriggerFact = {
  /**
   * What a service for it is known by, for ever; the subject that was asked for, or the one that it is part of: for a payment it may be the
   * order. Asked for itself it answers itself.
   */
  readonly subject: string;
  readonly state: TriggerState;
  readonly items: readonly TriggerItem[];
  readonly customer: { readonly email: string | null; readonly name: string | null };
  /** What the order's values may be taken from, by name, such as `metadata.domain`. No secrets. */
  readonly values: Readonly<Record<string, string | number | boolean>>;
};

export interface TriggerSpec<Server extends Fields> {
  /**
   * Checks a notice's signature with the server's secret, in constant time, and its time where it has one. Asks nobody: it works without
   * `ctx`, and whoever knows our address can have it called.
   * Throws: `unauthenticated` when the signature is missing, wrong or too old; `invalid_input` when it is right and the rest makes no sense.
   */
  verify(args: { readonly server: ValuesOf<Server>; readonly notice: TriggerNotice }): VerifiedNotice | Promise<VerifiedNotice>;
  /**
   * How a subject stands now. Undefined when it is nothing that is sold, such as the payment of an invoice that somebody wrote by hand.
   * Throws: `not_found` when the provider has no such subject.
   */
  read(args: { readonly ctx: Ctx; readonly server: ValuesOf<Server>; readonly subject: string }): Promise<TriggerFact | undefined>;
  testConnection?(args: TestArguments<Server>): Promise<ConnectionTest>;
}

export interface TriggerModule<Server extends Fields = Fields> extends TriggerSpec<Server> {
  readonly kind: 'trigger';
  readonly server: Server;
  readonly limits: ModuleLimits<Server>;
}

/** A module through which subscriptions and payments made elsewhere start, change and end services. */
export function defineTrigger<const Server extends Fields>(
  settings: { readonly server: Server; readonly limits?: ModuleLimits<Server> },
  spec: TriggerSpec<Server>,
): TriggerModule<Server> {
  return { kind: 'trigger', server: settings.server, limits: settings.limits ?? {}, ...spec };
}
