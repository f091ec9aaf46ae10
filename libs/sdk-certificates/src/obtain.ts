import {
  absent,
  done,
  PanelError,
  type Ctx,
  type IssuedCertificate,
  type Secret,
  type Skip,
  type Step,
  type TaskStep,
  type ValidationRecord,
} from '@hostwright/sdk';
import type { AwaitedOrder, CertificateAuthority, CertificateWish, IssuedFiles, Ordering, PlacedOrder } from './authority.js';
import { readIssued } from './issued.js';
import { makeKeyAndRequest } from './key-and-request.js';
import { certificateNames } from './names.js';
import type { Organization } from './organization.js';
import { proofs } from './proof.js';
import { instructions, listed, recordsInDns } from './records-in-dns.js';
import { requestNames } from './request-names.js';

const day = 86_400_000;
const recordTtl = 60;
/** What nobody but the authority has to do something for takes minutes: so nobody who has paid waits longer before somebody looks. */
const mostAlone = 3 * day;

/** In the order of the progress list. */
export const obtainSteps = [
  'make key',
  'order certificate',
  'read validation',
  'publish validation',
  'await records',
  'confirm validation',
  'await validation',
  'finish order',
  'await certificate',
  'collect certificate',
  'withdraw validation',
] as const;
export type ObtainStep = (typeof obtainSteps)[number];

export interface Obtaining {
  readonly ctx: Ctx;
  readonly step: Step<ObtainStep>;
  readonly skip: Skip<ObtainStep>;
  readonly authority: CertificateAuthority;
  readonly ordering: Ordering;
  readonly names: readonly string[];
  /** With a reissue or a renewal. */
  readonly orderId?: string;
  /** With a reissue, as far as it is known: until when the order is paid. */
  readonly paidTo?: string;
  /** Which the certificate is to name. */
  readonly organization?: Organization;
  /** False: the records are the customer's to make; they are not published. */
  readonly publish?: boolean;
  /** The customer has shown before that these names are his. Without it he does so where the authority does not ask him. */
  readonly namesShown?: boolean;
  /** A request of the customer's own, PEM; the key is his then and never comes here. */
  readonly csr?: string;
}

export type ObtainedCertificate = Omit<IssuedCertificate, 'privateKey'> & {
  /** Absent with a request of the customer's own. */
  readonly privateKey?: Secret;
  /** PEM. */
  readonly csr: string;
};

/**
 * A certificate from the key to the file, whatever the authority: a key of ours, the order, the names shown to be ours in the DNS, the
 * wait, parked, and the reading of what came. The records go again once the certificate is there.
 */
export async function obtainCertificate(obtaining: Obtaining): Promise<ObtainedCertificate> {
  const { ctx, step, skip, authority, ordering, organization } = obtaining;
  const asked = certificateNames(obtaining.names, authority.mostNames === undefined ? {} : { most: authority.mostNames });
  const placing = (obtaining.csr !== undefined && ordering.ofCustomersRequest) || ordering;
  const { privateKey, csr, once, before, names = asked } = await keyFor(obtaining, placing, asked);
  const wish: CertificateWish = {
    names,
    csr,
    reference: ctx.owner,
    once,
    ...(before === undefined ? {} : { before }),
    ...(obtaining.orderId === undefined ? {} : { orderId: obtaining.orderId }),
    ...(organization === undefined ? {} : { organization }),
  };
  const order = await placeOrder(step, placing, wish);
  const records = await step('read validation', {
    until: () => authority.records(order, wish),
    giveUpAfterMs: day,
    advice: adviceOn(order),
  });
  await publish(obtaining, records);
  const { validated, finish, validationGiveUpMs = 7 * day } = authority;
  const isAlone = obtaining.publish !== false && organization === undefined;
  const patience = {
    giveUpAfterMs: isAlone ? Math.min(mostAlone, validationGiveUpMs) : validationGiveUpMs,
    advice: adviceOn(order, records),
  };
  // Nobody but the customer shows that they are his: what somebody else has shown at the same authority says nothing of him.
  const theirs = obtaining.publish === false && !obtaining.namesShown ? proofs(names, records, once) : [];
  const saying = (toMake: readonly ValidationRecord[]) =>
    obtaining.publish === false && toMake.length > 0 ? { says: instructions(toMake) } : {};
  const says: { readonly says?: string } = saying(records);
  const awaited = [...(authority.looksOnce ? records : []), ...theirs];
  if (awaited.length > 0)
    await step(
      'await records',
      recordsInDns(ctx, awaited, { ours: obtaining.publish !== false, ...patience, ...saying([...records, ...theirs]) }),
    );
  else if (records.length === 0) skip('await records', 'the names are validated already');
  else skip('await records', 'the authority looks until it sees them');
  if (authority.confirm) await step('confirm validation', { run: () => authority.confirm!(order, wish) });
  else skip('confirm validation', 'the authority looks by itself');
  if (validated)
    await step('await validation', {
      until: () => validated.call(authority, order),
      ...patience,
      ...(authority.looksOnce ? {} : says),
    });
  else skip('await validation', 'the certificate itself tells');
  if (finish)
    await step('finish order', {
      strength: 'unique',
      claim: order.orderId,
      find: async () => ((await finish.find(order)) ? done() : absent),
      run: () => finish.run(order, csr),
      undo: () => Promise.resolve(),
    });
  else skip('finish order', 'the request went with the order');
  const wait: TaskStep<undefined, AwaitedOrder, IssuedFiles> = {
    run: () => Promise.resolve({ order, csr }),
    until: (awaited) => authority.issued(awaited.order, awaited.csr),
    ...(authority.issuedMany ? { untilMany: (awaited: readonly AwaitedOrder[]) => authority.issuedMany!(awaited) } : {}),
    ...patience,
    ...(validated ? {} : says),
    ...(organization ? { says: `${says.says === undefined ? '' : `${says.says}. `}${ofPeople(organization)}` } : {}),
  };
  const files = await collected(obtaining, await step('await certificate', wait), order, csr);
  const issued = readIssued(files.pems, csr, names);
  await withdraw(obtaining, records);
  const { certificate, chain, validFrom, validTo } = issued;
  return {
    orderId: order.orderId,
    names,
    certificate,
    chain,
    ...(privateKey ? { privateKey } : {}),
    csr,
    validFrom,
    validTo,
    paidTo: files.paidTo ?? obtaining.paidTo ?? validTo,
  };
}

interface OwnKey {
  readonly privateKey?: Secret;
  readonly csr: string;
  /** In the order of the request, whose first is what authorities call the certificate by. */
  readonly names?: readonly string[];
  readonly once: string;
  readonly before?: string;
}

function keyFor({ ctx, step, authority, csr, organization }: Obtaining, ordering: Ordering, names: readonly string[]): Promise<OwnKey> {
  const request = async () => (csr === undefined ? makeKeyAndRequest(names, authority.keyType, organization) : checkedRequest(csr, names));
  // Nothing knows the key before the order: a second one after a crash is as good.
  return step('make key', {
    run: async () => {
      const made = await request();
      const before = await ordering.before?.();
      return { ...made, once: ctx.random.hex(10), ...(before === undefined ? {} : { before }) };
    },
  });
}

/** The files that came with the wait, or that are fetched now. */
async function collected(
  { step, skip, authority: { collect } }: Obtaining,
  files: IssuedFiles,
  order: PlacedOrder,
  csr: string,
): Promise<IssuedFiles> {
  if (files.pems.length === 0 && collect)
    return step('collect certificate', {
      run: () => collect.run(order, csr),
      ...(collect.permit === undefined ? {} : { permit: collect.permit }),
    });
  skip('collect certificate', 'it came with the answer');
  return files;
}

/** Throws `invalid_input` unless it is for exactly those names. */
async function checkedRequest(csr: string, names: readonly string[]): Promise<Pick<OwnKey, 'csr' | 'names'>> {
  const asked = await requestNames(csr);
  const other = asked.find((name) => !names.includes(name)) ?? names.find((name) => !asked.includes(name));
  if (other !== undefined)
    throw new PanelError('invalid_input', `the request and the order do not name the same: ${other}`, { field: 'csr' });
  return { csr, names: asked };
}

/** For whoever is asked when it goes no further. */
function adviceOn({ orderId }: PlacedOrder, records: readonly ValidationRecord[] = []): string {
  const stands = records.length === 0 ? '' : `, and whether this stands in the DNS: ${listed(records)}`;
  return `Look at order ${orderId} at the authority, which may ask for something${stands}. To go on waiting, retry.`;
}

function ofPeople({ name, contact }: Organization): string {
  return `The authority looks into ${name} and may call ${contact.firstName} ${contact.lastName}; that takes some working days`;
}

function placeOrder(step: Step<ObtainStep>, ordering: Ordering, wish: CertificateWish): Promise<PlacedOrder> {
  return step('order certificate', {
    ...(ordering.strength ? { strength: ordering.strength } : {}),
    claim: wish,
    ...(ordering.find ? { find: async (claim: CertificateWish) => foundIn(await ordering.find!(claim)) } : {}),
    run: (claim) => ordering.run(claim),
    undo: (order) => ordering.undo(order),
    ...(ordering.advice ? { advice: ordering.advice(wish) } : {}),
    ...(ordering.sweep ? { sweep: (claim: CertificateWish, keep: PlacedOrder | undefined) => ordering.sweep!(claim, keep) } : {}),
  });
}

const foundIn = (order: PlacedOrder | undefined) => (order ? done(order) : absent);

async function publish({ ctx, step, skip, publish: ours = true }: Obtaining, records: readonly ValidationRecord[]): Promise<void> {
  if (records.length === 0) return skip('publish validation', 'the names are validated already');
  if (!ours) return skip('publish validation', 'the records are the customer’s to make');
  await Promise.all(
    records.map(({ name, type, content }, at) =>
      step(['publish validation', keyOf(name, at)], ctx.dns.ensureRecord({ name, type, content, ttl: recordTtl })),
    ),
  );
}

async function withdraw({ ctx, step, skip, publish: ours = true }: Obtaining, records: readonly ValidationRecord[]): Promise<void> {
  if (records.length === 0 || !ours) return skip('withdraw validation', 'none was published');
  await Promise.all(
    records.map(({ name, type, content }, at) =>
      step(['withdraw validation', keyOf(name, at)], ctx.dns.removeRecord({ name, type, content })),
    ),
  );
}

/** An apex and its wildcard have two records of one name. */
const keyOf = (name: string, at: number): string => `${name} ${at + 1}`;
