import {
  done,
  failed,
  PanelError,
  pending,
  type CertificateStatus,
  type Ctx,
  type Polled,
  type Troubled,
  type ValidationRecord,
} from '@hostwright/sdk';
import {
  baseName,
  byItself,
  isOfRequest,
  type AwaitedOrder,
  type CertificateAuthority,
  type CertificateWish,
  type IssuedFiles,
} from '@hostwright/sdk-certificates';
import type { RemoteCertificate, RemoteValidation } from './answers.js';
import { ManagerClient } from './client.js';
import type { ProductConfig, ServerConfig } from './config.js';
import { ending } from './ending.js';
import { isRefused, isRefusedWith, isUnknown, notYet } from './refusal.js';

const minute = 60_000;
const lookEveryMs = 2 * minute;
/** What has to be shown is there some seconds after the order. */
const validationAfterMs = 10_000;
/** Fewer are asked for one by one. */
const manyAreFrom = 3;
const ended: readonly string[] = ['declined', 'rejected', 'revoked', 'expired'];

interface Ours {
  readonly id: string;
  readonly hasEnded: boolean;
}

/** Certificate Manager for one organization and product. */
export function certificateManager(ctx: Ctx, server: ServerConfig, product: ProductConfig): CertificateAuthority {
  const api = new ManagerClient(ctx, server);
  const { withdraw, cancel, revoke } = ending(api, product);

  /** What bears exactly our mark, ended ones last. */
  const ours = async (wish: CertificateWish): Promise<readonly Ours[]> => {
    const found: Ours[] = [];
    for (const id of await api.candidates(markOf(wish), wish.names[0]!)) {
      const { marks, state } = await api.certificate(id);
      if (marks.includes(markOf(wish))) found.push({ id, hasEnded: ended.includes(state) });
    }
    return found.sort((one, other) => Number(one.hasEnded) - Number(other.hasEnded));
  };

  const collected = async (id: string, csr: string): Promise<IssuedFiles | undefined> => {
    try {
      const pems = await api.collect(id);
      return pems.length > 1 && pems.some((pem) => isOfRequest(pem, csr)) ? { pems } : undefined;
    } catch (error) {
      if (isRefusedWith(error, ...notYet)) return undefined;
      throw error;
    }
  };

  const look = async (id: string, csr: string): Promise<Polled<undefined, IssuedFiles>> => {
    const found = await api.certificate(id);
    if (ended.includes(found.state)) return failed(refusal(id, found));
    const files = found.state === 'issued' ? await collected(id, csr) : undefined;
    return files ? done(files) : pending(undefined, lookEveryMs);
  };

  return {
    keyType: product.keyType,
    order: {
      strength: 'tagged',
      async find(wish) {
        // One that was declined meanwhile was ordered all the same: that is the answer, and not a second one.
        const [order] = await ours(wish);
        return order && { orderId: order.id };
      },
      run: async (wish) => ({ orderId: await api.enroll({ names: wish.names, csr: wish.csr, mark: markOf(wish), product }) }),
      undo: ({ orderId }) => withdraw(orderId),
      async sweep(wish, keep) {
        for (const { id, hasEnded } of await ours(wish)) if (id !== keep?.orderId && !hasEnded) await withdraw(id);
      },
    },
    // A renewal is an order too: `renewById` takes no mark, so one whose answer was lost could not be told from a stranger's.
    reissue: {
      strength: 'unique',
      async find({ orderId }) {
        const { state } = await api.certificate(orderId!);
        // One operation at a time is under way for a service: what is not issued any more is being replaced by us. Once more does no harm.
        return state === 'issued' || ended.includes(state) ? undefined : { orderId: orderId! };
      },
      async run({ orderId, csr, names }) {
        await api.replace(orderId!, csr, names);
        return { orderId: orderId! };
      },
      // The certificate before it is good still, and Sectigo takes no replacement back.
      undo: () => Promise.resolve(),
    },
    async records({ orderId }, { names }): Promise<Polled<undefined, readonly ValidationRecord[]>> {
      const found = await api.certificate(orderId);
      if (ended.includes(found.state)) return failed(refusal(orderId, found));
      if (found.state === 'issued') return done([]);
      const validation = await api.validation(orderId).catch(noValidation);
      const open = openNames(validation, names);
      if (open.length === 0) return done([]);
      // A name without a record is not to be shown yet: its request waits to be approved, or its validation is being made.
      const shown = open.every((name) => validation.records.some((record) => covers(ownerOf(record), name)));
      return shown ? done(validation.records) : pending(undefined, validationAfterMs);
    },
    async confirm({ orderId }) {
      try {
        await api.revalidate(orderId);
      } catch (error) {
        // It looks by itself too, only later.
        if (!isRefused(error)) throw error;
      }
    },
    issued: ({ orderId }, csr) => look(orderId, csr),
    async issuedMany(awaited: readonly AwaitedOrder[]) {
      const waiting = awaited.length < manyAreFrom ? [] : await api.applied();
      const answers: (Polled<undefined, IssuedFiles> | Troubled)[] = [];
      for (const { order, csr } of awaited)
        answers.push(waiting.includes(order.orderId) ? pending(undefined, lookEveryMs) : await byItself(look(order.orderId, csr)));
      return answers;
    },
    validationGiveUpMs: 14 * 24 * 60 * minute,
    revoke,
    cancel,
    async status(orderId): Promise<CertificateStatus> {
      const found = await api.certificate(orderId).catch(notFound);
      const { names, records } = await api.validation(orderId).catch(noValidation);
      const validations = names.map(({ name, state, message }) => {
        const record = state === 'validated' ? undefined : records.find((one) => covers(ownerOf(one), baseName(name)));
        return { name, state, message, ...(record ? { record } : {}) };
      });
      return {
        state: shownAs(found.state, openNames({ names, records }, []).length === 0),
        validations,
        ...(found.expires ? { validTo: found.expires } : {}),
      };
    },
  };
}

/** Of one order alone. */
export function markOf({ reference, once }: Pick<CertificateWish, 'reference' | 'once'>): string {
  return `${reference}-${once}`;
}

/** The names, without stars, that are not validated: those asked for, and those that the answer says so of. */
function openNames({ names }: RemoteValidation, asked: readonly string[]): readonly string[] {
  const validated = names.filter(({ state }) => state === 'validated').map(({ name }) => baseName(name));
  const all = new Set([...asked, ...names.map(({ name }) => name)].map(baseName));
  return [...all].filter((name) => !validated.some((one) => covers(one, name)));
}

/** A domain that is shown to be ours shows it for the names below. */
const covers = (domain: string, name: string): boolean => name === domain || name.endsWith(`.${domain}`);
/** `_4e38….example.com` is for `example.com`. */
const ownerOf = ({ name }: ValidationRecord): string => name.slice(name.indexOf('.') + 1);

function refusal(id: string, { state }: RemoteCertificate): PanelError {
  return new PanelError('rejected', `certificate ${id} is ${state} at Sectigo`);
}

function notFound(error: unknown): never {
  if (isUnknown(error)) throw new PanelError('not_found', 'Sectigo has no such certificate', { cause: error });
  throw error;
}

function noValidation(error: unknown): RemoteValidation {
  if (isRefused(error)) return { names: [], records: [] };
  throw error;
}

function shownAs(state: RemoteCertificate['state'], validated: boolean): CertificateStatus['state'] {
  switch (state) {
    case 'requested':
      return 'processing';
    case 'pending':
      return validated ? 'processing' : 'awaiting validation';
    case 'declined':
      return 'rejected';
    default:
      return state;
  }
}
