import type { JsonObject, Secret } from './json.js';

/** What a reservation may look at: the service's own settings. */
export interface ReservationInput {
  readonly server: JsonObject;
  readonly product: JsonObject;
  readonly order: JsonObject;
}

/** An address from the server field of that name, an `ipv4-range`. */
export interface Ipv4Reservation {
  readonly kind: 'ipv4';
  readonly range: string;
}
/** A number from the server field of that name, an `integer-range`. The lowest free one. */
export interface NumberReservation {
  readonly kind: 'number';
  readonly range: string;
}
/** A DNS label made from a text: sanitised, and with a suffix when it is taken. */
export interface LabelReservation {
  readonly kind: 'label';
  readonly from: (input: ReservationInput) => string;
  readonly within: (input: ReservationInput) => string;
}
/** A login name made from a text, its last characters random. */
export interface UsernameReservation {
  readonly kind: 'username';
  readonly from: (input: ReservationInput) => string;
  readonly within: (input: ReservationInput) => string;
  readonly length: number;
}
/** A random secret, letters and digits. */
export interface PasswordReservation {
  readonly kind: 'password';
  readonly length: number;
}

/** A random code to be shown to people: a prefix, then characters of an alphabet. */
export interface CodeReservation {
  readonly kind: 'code';
  readonly prefix: string;
  readonly length: number;
  readonly alphabet: string;
}

export type Reservation =
  Ipv4Reservation | NumberReservation | LabelReservation | UsernameReservation | PasswordReservation | CodeReservation;
export type Reservations = { readonly [name: string]: Reservation };

export type ReservedOf<R extends Reservations> = {
  readonly [K in keyof R]: R[K] extends NumberReservation ? number : R[K] extends PasswordReservation ? Secret : string;
};

/** Reserves an address of the server's range in that field. Unique on the server; quarantined 24 h after use. */
export function ipv4(field: string): Ipv4Reservation {
  return { kind: 'ipv4', range: field };
}

/** Reserves a number of the server's range in that field. Unique on the server; quarantined 24 h after use. */
export function number(field: string): NumberReservation {
  return { kind: 'number', range: field };
}

/**
 * Reserves a DNS label: the part before `@` of an e-mail address, or the text as it is, in lower case with everything but
 * letters, digits and hyphens removed, at most 40 characters; a random suffix is added when it is taken.
 * Unique within the text that `within` answers, usually the zone; the whole panel by default.
 */
export function label(from: (input: ReservationInput) => string, within: (input: ReservationInput) => string = () => ''): LabelReservation {
  return { kind: 'label', from, within };
}

/**
 * Reserves a login name of exactly `length` characters (8–16), lower-case letters and digits, the first a letter: what the text begins
 * with, or letters where it has none, and four random ones at its end, so that the provider hardly has it already. Never a name that
 * begins with `test`. Unique within the text that `within` answers, usually the server's host; quarantined 24 h after use.
 */
export function username(
  from: (input: ReservationInput) => string,
  within: (input: ReservationInput) => string,
  length = 8,
): UsernameReservation {
  return { kind: 'username', from, within, length };
}

/** Reserves a random secret of that many letters and digits (10–128), known to the job alone and wiped when it ends. */
export function password(length = 32): PasswordReservation {
  return { kind: 'password', length };
}

/**
 * Reserves a random code, such as a support key or a voucher: the prefix (at most 32 letters, digits, `-` and `_`), then `length` characters
 * of the alphabet (letters and digits, each once; A–Z and 0–9 by default). Length and alphabet must give 64 bits or more, so that nobody
 * guesses one. Unlike every other code with that prefix in the whole panel, and never given again, not even when its service is gone.
 * It is no secret: whoever orders is told it, and staff can read it. For what nobody may read there is `password`.
 */
export function code({
  prefix = '',
  length,
  alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
}: {
  readonly prefix?: string;
  readonly length: number;
  readonly alphabet?: string;
}): CodeReservation {
  return { kind: 'code', prefix, length, alphabet };
}
