import { X509Certificate } from 'node:crypto';
import { done, failed, PanelError, pending, type CertificateStatus, type Ctx, type Polled } from '@hostwright/sdk';
import {
  isOfRequest,
  type CertificateAuthority,
  type CertificateWish,
  type IssuedFiles,
  type PlacedOrder,
} from '@hostwright/sdk-certificates';
import type { OrderState, RemoteReference } from './answers.js';
import { SectigoClient, type NewOrder } from './client.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { checkCovers } from './covers.js';
import { collectEveryMs, isRefused, isRefusedWith } from './refusal.js';
import { validationRecords } from './validation.js';
import { withdrawal } from './withdrawal.js';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Certificates with DNS validation are there after some minutes, once Sectigo has looked. */
const lookEveryMs = 10 * minute;
const ended: readonly string[] = ['rejected', 'revoked', 'expired'];

/** What an order of ours keeps besides its number. */
type Details = {
  readonly certificateId?: string;
  /** Of a reissue, in its validation. Absent: the wish's own. */
  readonly once?: string;
  /** Of an order, ISO 8601. Absent where a person has told its number. */
  readonly paidTo?: string;
};

/** Sectigo for one reseller account and product. */
export function sectigoAuthority(ctx: Ctx, server: ServerConfig, product: ProductConfig): CertificateAuthority {
  const api = new SectigoClient(ctx, server);
  const { withdraw, cancel } = withdrawal(ctx, api, product);
  const newOrder = (wish: CertificateWish): NewOrder => ({ ...wish, product });

  return {
    keyType: product.keyType,
    mostNames: product.covers === 'several names' ? 250 : 1,
    order: {
      // No call lists orders or finds one by our reference, and a second one would be charged and make the first one fail.
      strength: 'blind',
      async run(wish) {
        checkCovers(product.covers, wish.names);
        const { orderNumber, certificateId } = await api.order(newOrder(wish), referenceOf(wish));
        return placed(orderNumber, { ...(certificateId ? { certificateId } : {}), paidTo: daysAfter(ctx.now(), product.days) });
      },
      undo: ({ orderId }) => withdraw(orderId),
      advice: (wish) =>
        `Look for the reference ${referenceOf(wish)} in Sectigo's pages. There is none: retry. There is one: skip the step with the output {"orderId": "its number"}.`,
    },
    reissue: {
      // Not charged, so one more does no harm: with another word in it each time, no two have the same validation.
      async run(wish) {
        checkCovers(product.covers, wish.names);
        const once = ctx.random.hex(10);
        const { certificateId } = await api.replace(wish.orderId!, newOrder({ ...wish, once }));
        return placed(wish.orderId!, { ...(certificateId ? { certificateId } : {}), once });
      },
      // The certificate before it is good still, and Sectigo takes no reissue back.
      undo: () => Promise.resolve(),
    },
    records: (order, { csr, once, names }) => Promise.resolve(done(validationRecords(csr, detailsOf(order).once ?? once, names))),
    async confirm({ orderId }, { names }) {
      try {
        await api.revalidate(orderId, { names, product });
      } catch (error) {
        // It looks by itself too, only later.
        if (!isRefused(error)) throw error;
      }
    },
    async issued(order, csr): Promise<Polled<undefined, IssuedFiles>> {
      const state = await stateOf(api, referenceIn(order));
      if (state === 'issued') return done({ pems: [] });
      if (state !== undefined && ended.includes(state)) return failed(refusal(order, state));
      if (state === 'pending') return pending(undefined, lookEveryMs);
      // It does not tell; then there is only the certificate to ask for, as often as that may be.
      const files = await collected(api, order, csr, product);
      return files ? done(files) : pending(undefined, collectEveryMs);
    },
    collect: {
      permit: 'collect',
      async run(order, csr) {
        const files = await collected(api, order, csr, product);
        if (files) return files;
        throw new PanelError('unavailable', `the certificate of Sectigo's order ${order.orderId} is not to be had yet`, {
          retryAfterMs: collectEveryMs,
        });
      },
    },
    // People look into an organization, and may have to be sent papers.
    validationGiveUpMs: ((product.validates ?? 'domain') === 'domain' ? 14 : 60) * day,
    async revoke({ certificate, reason }) {
      await api.revoke({ serialNumber: new X509Certificate(certificate).serialNumber }, reason, reasonCodes[reason]).catch(ignoreRevoked);
    },
    cancel,
    async status(orderId): Promise<CertificateStatus> {
      const state = (await stateOf(api, { orderNumber: orderId }).catch(notFound)) ?? 'pending';
      const names = await api.names(orderId);
      return {
        state: state === 'pending' ? waitsFor(names.every((one) => one.state === 'validated') && names.length > 0) : state,
        validations: names.map(({ name, state: shown, message }) => ({
          name,
          state: state === 'issued' ? 'validated' : shown,
          ...(message ? { message } : {}),
        })),
      };
    },
  };
}

const reasonCodes = { unspecified: '0', keyCompromise: '1', affiliationChanged: '3', superseded: '4', cessationOfOperation: '5' } as const;

/** Finds the order in Sectigo's pages by hand. The end of the owner mark names the service. */
function referenceOf({ reference, once }: CertificateWish): string {
  return `${reference.slice(-43)}-${once}`;
}

const placed = (orderId: string, details: Details): PlacedOrder => ({ orderId, details });
const detailsOf = ({ details }: PlacedOrder): Details => (details ?? {}) as Details;

function referenceIn(order: PlacedOrder): RemoteReference {
  const { certificateId } = detailsOf(order);
  return { orderNumber: order.orderId, ...(certificateId === undefined ? {} : { certificateId }) };
}

/** Orders that have ended are told by a refusal. */
async function stateOf(api: SectigoClient, which: RemoteReference): Promise<OrderState | undefined> {
  try {
    return await api.state(which);
  } catch (error) {
    if (isRefusedWith(error, ...Object.keys(endedBy).map(Number))) return endedBy[error.number];
    throw error;
  }
}

const endedBy: Readonly<Record<number, OrderState>> = { [-20]: 'rejected', [-21]: 'revoked', [-23]: 'pending', [-26]: 'pending' };

/**
 * After a reissue the order may show the certificate of before: only one of our request, with what leads to the root, is an answer.
 * Throws `rejected` when the order has ended.
 */
async function collected(
  api: SectigoClient,
  order: PlacedOrder,
  csr: string,
  { days }: Pick<ProductConfig, 'days'>,
): Promise<IssuedFiles | undefined> {
  let pems: readonly string[] | undefined;
  try {
    pems = await api.collect(referenceIn(order));
  } catch (error) {
    if (isRefusedWith(error, -23, -26)) return undefined;
    throw error;
  }
  const ours = pems?.find((pem) => isOfRequest(pem, csr));
  if (pems === undefined || ours === undefined || pems.length < 2) return undefined;
  const { once, paidTo } = detailsOf(order);
  // A reissue stays within what is paid. When an order was placed whose number a person has told, nobody knows: its first certificate is not older.
  const paid = once === undefined ? (paidTo ?? daysAfter(new X509Certificate(ours).validFrom, days)) : undefined;
  return { pems, ...(paid === undefined ? {} : { paidTo: paid }) };
}

function daysAfter(moment: string, days: number): string {
  return new Date(Date.parse(moment) + days * day).toISOString();
}

function ignoreRevoked(error: unknown): void {
  if (!isRefusedWith(error, -20, -21, -35)) throw error;
}

/** `-4`: the number is none of the account's orders. */
function notFound(error: unknown): never {
  if (isRefusedWith(error, -4)) throw new PanelError('not_found', 'Sectigo has no such order', { cause: error });
  throw error;
}

function refusal({ orderId }: PlacedOrder, state: OrderState): PanelError {
  return new PanelError('rejected', `Sectigo's order ${orderId} is ${state}`);
}

const waitsFor = (validated: boolean): CertificateStatus['state'] => (validated ? 'processing' : 'awaiting validation');
