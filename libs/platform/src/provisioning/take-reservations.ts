import {
  integerRange,
  ipv4Range,
  labelCandidates,
  numberToIpv4,
  randomCode,
  randomSecret,
  reservationInput,
  usernameCandidates,
} from '@hostwright/core';
import {
  PanelError,
  secret,
  type Json,
  type JsonObject,
  type Reservation,
  type ReservationInput,
  type Reservations,
} from '@hostwright/sdk';
import type { PoolClient } from 'pg';
import { lockPools } from '../database/index.js';

/** One component's wishes. */
export interface ReservationRequest {
  readonly component: string;
  readonly serverId: string;
  readonly reserve: Reservations;
  /** Server settings without secrets: ranges are plain. */
  readonly server: JsonObject;
  readonly product: JsonObject;
  readonly order: JsonObject;
  /** Fields whose values are not there yet. */
  readonly wired: ReadonlySet<string>;
}

export interface ReservationHolder {
  readonly jobId: string;
  readonly serviceId: string;
}

interface Wish {
  readonly request: ReservationRequest;
  readonly name: string;
  readonly pool: string;
  readonly reservation: Exclude<Reservation, { kind: 'password' }>;
}

/**
 * Takes everything the components want, within the caller's transaction: all of it, or the error takes the transaction with it.
 * Answers values by component and name, secrets marked. Throws `conflict` when a pool has nothing left.
 */
export async function takeReservations(
  client: PoolClient,
  requests: readonly ReservationRequest[],
  holder: ReservationHolder,
  randomInteger: (below: number) => number,
): Promise<Map<string, Record<string, Json>>> {
  const taken = new Map<string, Record<string, Json>>(requests.map((request) => [request.component, {}]));
  const wishes: Wish[] = [];
  for (const request of requests) {
    for (const [name, reservation] of Object.entries(request.reserve)) {
      if (reservation.kind === 'password')
        taken.get(request.component)![name] = { ...secret(randomSecret(reservation.length, randomInteger)) };
      else wishes.push({ request, name, reservation, pool: poolOf(request, reservation) });
    }
  }
  // One order for everybody, so that two orders never wait for each other. Codes do not meet: nobody waits for them, and none is given again.
  const shared = wishes.filter(({ reservation }) => reservation.kind !== 'code');
  const pools = shared.map((wish) => wish.pool);
  await lockPools(client, pools);
  for (const pool of new Set(pools))
    await client.query({
      name: 'reservation-expire',
      text: `DELETE FROM reservation WHERE pool = $1 AND free_at <= now()`,
      values: [pool],
    });
  for (const wish of wishes) taken.get(wish.request.component)![wish.name] = await take(client, wish, holder, randomInteger);
  return taken;
}

/** What a rule for a label may look at. */
function seenBy({ server, product, order, wired }: ReservationRequest): ReservationInput {
  return { server, product: reservationInput(product, wired), order: reservationInput(order, wired) };
}

function poolOf(request: ReservationRequest, reservation: Wish['reservation']): string {
  const { serverId } = request;
  if (reservation.kind === 'code') return `code:${reservation.prefix}`;
  if (reservation.kind === 'label' || reservation.kind === 'username')
    return textPool(reservation.kind, reservation.within(seenBy(request)));
  return rangePool(serverId, reservation.range);
}

export function textPool(kind: 'label' | 'username', within: string): string {
  return `${kind}:${within}`;
}

export function rangePool(serverId: string, range: string): string {
  return `server:${serverId}:${range}`;
}

async function take(client: PoolClient, wish: Wish, holder: ReservationHolder, randomInteger: (below: number) => number): Promise<Json> {
  const { request, reservation } = wish;
  if (reservation.kind === 'label' || reservation.kind === 'username') {
    const text = reservation.from(seenBy(request));
    const candidates =
      reservation.kind === 'label' ? labelCandidates(text, randomInteger) : usernameCandidates(text, reservation.length, randomInteger);
    for (const candidate of candidates) if (await insert(client, wish, holder, candidate, null)) return candidate;
    throw new PanelError('conflict', `no name like '${text}' is free`, { field: wish.name });
  }
  if (reservation.kind === 'code') {
    for (let tries = 0; tries < 20; tries += 1) {
      const candidate = randomCode(reservation, randomInteger);
      if (await insert(client, wish, holder, candidate, null)) return candidate;
    }
    throw new PanelError('conflict', `no code that begins with '${reservation.prefix}' is free`, { field: wish.name });
  }
  const setting = request.server[reservation.range];
  const [from, to] = reservation.kind === 'ipv4' ? ipv4Range(reservation.range, setting) : integerRange(reservation.range, setting);
  const { rows } = await client.query<{ number: string | null }>({
    name: 'reservation-lowest',
    // The lowest free number is the first, or one above a taken one.
    text: `SELECT min(c.n) AS number FROM (SELECT $2::bigint AS n UNION ALL SELECT number + 1 FROM reservation WHERE pool = $1 AND number >= $2 AND number < $3) c
      WHERE NOT EXISTS (SELECT 1 FROM reservation r WHERE r.pool = $1 AND r.number = c.n)`,
    values: [wish.pool, from, to],
  });
  const number = rows[0]?.number;
  if (number === null || number === undefined) {
    const what = reservation.kind === 'ipv4' ? 'address' : 'number';
    throw new PanelError('conflict', `no free ${what} is left in '${reservation.range}' of the server; free one or widen the range`, {
      field: wish.name,
    });
  }
  const value = reservation.kind === 'ipv4' ? numberToIpv4(Number(number)) : number;
  if (!(await insert(client, wish, holder, value, number)))
    throw new PanelError('conflict', `'${value}' was taken a moment ago; try again`, { field: wish.name });
  return reservation.kind === 'ipv4' ? value : Number(number);
}

async function insert(client: PoolClient, wish: Wish, holder: ReservationHolder, value: string, number: string | null): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'reservation-insert',
    text: `INSERT INTO reservation (pool, value, number, name, component, job_id, service_id) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    values: [wish.pool, value, number, wish.name, wish.request.component, holder.jobId, holder.serviceId],
  });
  return rowCount === 1;
}
