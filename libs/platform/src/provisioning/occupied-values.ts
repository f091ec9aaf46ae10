import { integerRange, ipv4Range, ipv4ToNumber, numberToIpv4, type OccupiedValue } from '@hostwright/core';
import type { JsonObject, Occupied, Reservations } from '@hostwright/sdk';
import { rangePool, textPool } from './take-reservations.js';

/** A server, and what a module reserves on it. */
export interface ReservingServer {
  readonly serverId: string;
  readonly server: JsonObject;
  readonly reserve: Reservations;
}

/** What a module says is taken up, as the pools have it. Values that would never be given to anybody are left out. */
export function occupiedValues(at: ReservingServer, occupied: readonly Occupied[]): readonly OccupiedValue[] {
  return occupied.flatMap((one) => {
    const place = placeOf(at, one);
    return place ? [{ remoteId: one.remoteId, name: one.reservation, ...place }] : [];
  });
}

function placeOf({ serverId, server, reserve }: ReservingServer, { reservation: name, value, within }: Occupied) {
  const reservation = Object.hasOwn(reserve, name) ? reserve[name] : undefined;
  switch (reservation?.kind) {
    case 'label': {
      const label = String(value).toLowerCase();
      return within !== undefined && /^[a-z0-9-]{1,63}$/.test(label)
        ? { pool: textPool('label', within), value: label, number: null }
        : undefined;
    }
    case 'number': {
      const number = Number(value);
      const [from, to] = integerRange(reservation.range, server[reservation.range]);
      return Number.isInteger(number) && number >= from && number <= to
        ? { pool: rangePool(serverId, reservation.range), value: String(number), number }
        : undefined;
    }
    case 'ipv4': {
      const number = ipv4ToNumber(String(value));
      const [from, to] = ipv4Range(reservation.range, server[reservation.range]);
      return number !== undefined && number >= from && number <= to
        ? { pool: rangePool(serverId, reservation.range), value: numberToIpv4(number), number }
        : undefined;
    }
    default:
      return undefined;
  }
}
