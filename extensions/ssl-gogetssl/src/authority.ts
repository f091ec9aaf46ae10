import { X509Certificate } from 'node:crypto';
import { done, failed, PanelError, pending, type CertificateStatus, type Ctx, type Polled, type ValidationRecord } from '@hostwright/sdk';
import {
  byItself,
  isOfRequest,
  sameRequest,
  type AwaitedOrder,
  type CertificateAuthority,
  type CertificateWish,
  type IssuedFiles,
  type Ordering,
  type PlacedOrder,
} from '@hostwright/sdk-certificates';
import type { RemoteOrder } from './answers.js';
import { GoGetSslClient, type NewOrder } from './client.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { isLocked, isRefused } from './refusal.js';
import { ended, withdrawal } from './withdrawal.js';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Certificates with DNS validation are there after some minutes; GoGetSSL is asked for all of them in one call. */
const lookEveryMs = 2 * minute;
/** The validation's data may lag behind the order. */
const dataAfterMs = 5_000;

/** GoGetSSL for one account and product. */
export function goGetSslAuthority(ctx: Ctx, server: ServerConfig, product: ProductConfig): CertificateAuthority {
  const api = new GoGetSslClient(ctx, server);
  const newOrder = (wish: CertificateWish) => ({ ...wish, product });
  const { withdraw, cancel, revoke } = withdrawal(ctx, api);

  /**
   * Orders with our request, ended ones last: no other has it, since nobody else has the key. One of the customer's own may be in several.
   * Only those placed after we made it are read; the account may have thousands before.
   */
  const ordersOf = async ({ names, csr, before = '0' }: CertificateWish): Promise<readonly RemoteOrder[]> => {
    const found: RemoteOrder[] = [];
    for (const id of await api.orders()) {
      if (BigInt(id) <= BigInt(before)) continue;
      const order = await api.status(id);
      if (order.csr === '' && (order.domain === '' || order.domain === names[0]))
        throw new PanelError('unknown_outcome', `GoGetSSL's order ${id} does not tell its request`);
      if (sameRequest(order.csr, csr)) found.push(order);
    }
    return found.sort((one, other) => Number(hasEnded(one)) - Number(hasEnded(other)));
  };
  /** A refusal has no code. False where it cannot be told. */
  const isShortOfMoney = async (): Promise<boolean> => {
    try {
      const [{ balance }, price] = await Promise.all([api.balance(), api.price(product)]);
      return price !== undefined && balance < price;
    } catch (error) {
      ctx.log.info('GoGetSSL does not tell whether the account had the money', { answer: (error as Error).message });
      return false;
    }
  };
  const placing = (place: (order: NewOrder) => Promise<string>): Ordering => {
    const blind: Ordering = {
      strength: 'blind',
      async run(wish) {
        try {
          return { orderId: await place(newOrder(wish)) };
        } catch (error) {
          throw isRefused(error) && (await isShortOfMoney()) ? notEnough(error) : error;
        }
      },
      undo: ({ orderId }) => withdraw(orderId),
      advice: ({ names }) =>
        `Look for an order for ${names[0]!} among the newest in GoGetSSL's client area. There is none: retry. There is one: skip the step with the output {"orderId": "its number"}.`,
    };
    return {
      ...blind,
      strength: 'tagged',
      // Numbers grow.
      before: async () => (await api.orders()).reduce((most, id) => (BigInt(id) > BigInt(most) ? id : most), '0'),
      async find(wish) {
        // One that was rejected meanwhile was ordered all the same: that is the answer, and not a second one.
        const [order] = await ordersOf(wish);
        return order && { orderId: order.id };
      },
      async sweep(wish, keep) {
        for (const order of await ordersOf(wish)) if (order.id !== keep?.orderId && !hasEnded(order)) await withdraw(order.id);
      },
      ofCustomersRequest: blind,
    };
  };
  const reissue: Ordering = {
    strength: 'unique',
    async find(wish) {
      const order = await api.status(wish.orderId!);
      return sameRequest(order.csr, wish.csr) ? { orderId: order.id } : undefined;
    },
    async run(wish) {
      await api.reissue(wish.orderId!, newOrder(wish));
      return { orderId: wish.orderId! };
    },
    // The certificate before it is good still, and GoGetSSL takes no reissue back.
    undo: () => Promise.resolve(),
  };
  /** Neither the request nor the key tells this one from what was there before. */
  const reissueOfCustomersRequest: Ordering = {
    ...reissue,
    async find(wish) {
      const order = await api.status(wish.orderId!);
      // One operation at a time is under way for a service: what is being issued again is so by us. Once more is not charged.
      return order.state === 'reissue' || order.state === 'processing' ? reissued(order) : undefined;
    },
    async run(wish) {
      const before = await api.status(wish.orderId!);
      await api.reissue(wish.orderId!, newOrder(wish));
      return reissued(before);
    },
  };

  return {
    keyType: product.keyType,
    order: placing((order) => api.order(order)),
    renew: placing((order) => api.renew(order)),
    reissue: { ...reissue, ofCustomersRequest: reissueOfCustomersRequest },
    async records(placed, { csr }): Promise<Polled<undefined, readonly ValidationRecord[]>> {
      const order = await api.status(placed.orderId);
      if (ended.includes(order.state)) return failed(refusal(order));
      if (order.state === 'unpaid') throw unpaid(order);
      // Right after a reissue it may still show itself as it was.
      if (order.state === 'active') return isAnswer(order, placed, csr) ? done([]) : pending(undefined, dataAfterMs);
      const open = order.names.filter(({ state }) => state !== 'validated');
      const records = open.flatMap(({ record }) => (record ? [record] : []));
      // An apex and its wildcard are shown by one record.
      if (records.length < new Set(open.map(({ name }) => name.replace(/^\*\./, ''))).size) return pending(undefined, dataAfterMs);
      return done([...new Map(records.map((record) => [JSON.stringify(record), record])).values()]);
    },
    async confirm({ orderId }) {
      for (const { name, state } of (await api.status(orderId)).names) {
        if (state === 'validated') continue;
        try {
          await api.revalidate(orderId, name);
        } catch (error) {
          // It looks by itself too, only later.
          if (!isLocked(error) && !isRefused(error)) throw error;
        }
      }
    },
    issued: async (placed, csr) => issued(await api.status(placed.orderId), placed, csr),
    async issuedMany(awaited: readonly AwaitedOrder[]) {
      const states = await api.states([...new Set(awaited.map(({ order }) => order.orderId))]);
      const look = async ({ order, csr }: AwaitedOrder): Promise<Polled<undefined, IssuedFiles>> => {
        const state = states.get(order.orderId);
        return state === undefined || state === 'active' || state === 'unpaid' || ended.includes(state)
          ? issued(await api.status(order.orderId), order, csr)
          : pending(undefined, lookEveryMs);
      };
      return Promise.all(awaited.map((one) => byItself(look(one))));
    },
    // People look into an organization, and may have to be sent papers.
    validationGiveUpMs: ((product.validates ?? 'domain') === 'domain' ? 14 : 60) * day,
    revoke,
    cancel,
    async status(orderId): Promise<CertificateStatus> {
      const order = await api.status(orderId);
      return {
        state: shown(order),
        validations: order.names.map(({ name, state, record }) => ({
          name,
          state: state === 'validated' || order.state === 'active' ? 'validated' : 'pending',
          ...(record && state !== 'validated' ? { record } : {}),
        })),
        ...(order.validTo ? { validTo: order.validTo } : {}),
        ...(order.paidTo ? { paidTo: order.paidTo } : {}),
      };
    },
  };
}

const hasEnded = ({ state }: RemoteOrder): boolean => ended.includes(state);

/** `before`: fingerprint of the certificate that a reissue is to take the place of. Empty: there was none that could be read. */
type Details = { readonly before: string };

const reissued = ({ id, certificate }: RemoteOrder): PlacedOrder => ({
  orderId: id,
  details: { before: fingerprintOf(certificate) } satisfies Details,
});

function fingerprintOf(certificate: string): string {
  try {
    return new X509Certificate(certificate).fingerprint256;
  } catch {
    return '';
  }
}

/** After a reissue the order may be active with the certificate of before: only one of our request, and none of before, is an answer. */
function isAnswer({ certificate }: RemoteOrder, { details }: PlacedOrder, csr: string): boolean {
  return isOfRequest(certificate, csr) && fingerprintOf(certificate) !== (details as Details | undefined)?.before;
}

function issued(order: RemoteOrder, placed: PlacedOrder, csr: string): Polled<undefined, IssuedFiles> {
  if (ended.includes(order.state)) return failed(refusal(order));
  if (order.state === 'unpaid') throw unpaid(order);
  const { certificate, chain, paidTo } = order;
  if (order.state !== 'active' || certificate === '' || chain === '' || !isAnswer(order, placed, csr))
    return pending(undefined, lookEveryMs);
  return done({ pems: [certificate, chain], ...(paidTo ? { paidTo } : {}) });
}

function refusal({ id, state }: RemoteOrder): PanelError {
  return new PanelError('rejected', `GoGetSSL's order ${id} is ${state}`);
}

/** It is ordered once the account has been topped up. */
function notEnough({ message }: PanelError): PanelError {
  return new PanelError('invalid_config', `${message}. The account has less than the order costs: top it up at GoGetSSL`);
}

/** It goes on once the account has been topped up and the order paid. */
function unpaid({ id }: RemoteOrder): PanelError {
  return new PanelError('invalid_config', `GoGetSSL's order ${id} is not paid: top up the account and pay it there`);
}

function shown({ state, names }: RemoteOrder): CertificateStatus['state'] {
  switch (state) {
    case 'active':
      return 'issued';
    case 'cancelled':
    case 'rejected':
    case 'expired':
      return state;
    default:
      return names.every((name) => name.state === 'validated') ? 'processing' : 'awaiting validation';
  }
}
