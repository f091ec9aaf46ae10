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
/** A random secret, letters and digits. */
export interface PasswordReservation {
  readonly kind: 'password';
  readonly length: number;
}

export type Reservation = Ipv4Reservation | NumberReservation | LabelReservation | PasswordReservation;
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

/** Reserves a random secret of that many letters and digits (10–128), known to the job alone and wiped when it ends. */
export function password(length = 32): PasswordReservation {
  return { kind: 'password', length };
}
