import { done, failed, PanelError, pending, type CertificateStatus, type Ctx, type Polled, type ValidationRecord } from '@hostwright/sdk';
import {
  isOfRequest,
  sameRequest,
  type AwaitedOrder,
  type CertificateAuthority,
  type CertificateWish,
  type IssuedFiles,
  type Ordering,
} from '@hostwright/sdk-certificates';
import type { RemoteOrder } from './answers.js';
import { GoGetSslClient } from './client.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { isLocked, isRefused } from './refusal.js';

const minute = 60_000;
/** Certificates with DNS validation are there after some minutes; GoGetSSL is asked for all of them in one call. */
const lookEveryMs = 2 * minute;
/** The validation's data may lag behind the order. */
const dataAfterMs = 5_000;
const ended: readonly string[] = ['cancelled', 'rejected', 'expired'];

/** GoGetSSL for one account and product. */
export function goGetSslAuthority(ctx: Ctx, server: ServerConfig, product: ProductConfig): CertificateAuthority {
  const api = new GoGetSslClient(ctx, server);
  const newOrder = ({ names, csr }: CertificateWish) => ({ names, csr, product });

  /** Orders with our request: no other has it, since nobody else has the key. */
  const ordersOf = async ({ names, csr }: CertificateWish): Promise<readonly RemoteOrder[]> => {
    const found: RemoteOrder[] = [];
    for (const id of await api.ordersFor(names[0]!)) {
      const order = await api.status(id);
      if (sameRequest(order.csr, csr) && !ended.includes(order.state)) found.push(order);
    }
    return found;
  };
  const withdraw = async (id: string): Promise<void> => {
    try {
      await api.cancel(id, 'The order was withdrawn');
    } catch (error) {
      if (!isRefused(error)) throw error;
      // Refused for one that has ended already is what we wanted; GoGetSSL has no code for it.
      if (!(await hasEnded(api, id))) throw error;
    }
  };
  const placing = (place: (wish: CertificateWish) => Promise<string>): Ordering => ({
    strength: 'tagged',
    async find(wish) {
      const [order] = await ordersOf(wish);
      return order && { orderId: order.id };
    },
    run: async (wish) => ({ orderId: await place(wish) }),
    undo: ({ orderId }) => withdraw(orderId),
    async sweep(wish, keep) {
      for (const { id } of await ordersOf(wish)) if (id !== keep?.orderId) await withdraw(id);
    },
  });

  return {
    keyType: product.keyType,
    order: placing((wish) => api.order(newOrder(wish))),
    renew: placing((wish) => api.renew(newOrder(wish))),
    reissue: {
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
    },
    async records({ orderId }): Promise<Polled<undefined, readonly ValidationRecord[]>> {
      const order = await api.status(orderId);
      if (ended.includes(order.state)) return failed(refusal(order));
      if (order.state === 'unpaid') throw unpaid(order);
      if (order.state === 'active') return done([]);
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
    issued: async ({ orderId }, csr) => issued(await api.status(orderId), csr),
    async issuedMany(awaited: readonly AwaitedOrder[]) {
      const states = await api.states([...new Set(awaited.map(({ order }) => order.orderId))]);
      return Promise.all(
        awaited.map(async ({ order, csr }): Promise<Polled<undefined, IssuedFiles>> => {
          const state = states.get(order.orderId);
          return state === undefined || state === 'active' || state === 'unpaid' || ended.includes(state)
            ? issued(await api.status(order.orderId), csr)
            : pending(undefined, lookEveryMs);
        }),
      );
    },
    validationGiveUpMs: 14 * 24 * 60 * minute,
    revoke: () => Promise.reject(new PanelError('unsupported', 'GoGetSSL revokes a certificate only with its order: cancel that')),
    cancel: withdraw,
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

async function hasEnded(api: GoGetSslClient, id: string): Promise<boolean> {
  try {
    return ended.includes((await api.status(id)).state);
  } catch (error) {
    // There is no such order.
    if (isRefused(error)) return true;
    throw error;
  }
}

/** After a reissue the order may be active with the certificate of before: only one of our request is an answer. */
function issued(order: RemoteOrder, csr: string): Polled<undefined, IssuedFiles> {
  if (ended.includes(order.state)) return failed(refusal(order));
  if (order.state === 'unpaid') throw unpaid(order);
  const { certificate, chain, paidTo } = order;
  if (order.state !== 'active' || certificate === '' || chain === '' || !isOfRequest(certificate, csr))
    return pending(undefined, lookEveryMs);
  return done({ pems: [certificate, chain], ...(paidTo ? { paidTo } : {}) });
}

function refusal({ id, state }: RemoteOrder): PanelError {
  return new PanelError('rejected', `GoGetSSL's order ${id} is ${state}`);
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
