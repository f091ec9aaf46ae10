import { PanelError, type CallStep, type Ctx, type OperationArguments, type OperationShape, type Reservations } from '@hostwright/sdk';
import { addOnsId } from '../add-ons.js';
import type { ProductConfig, Properties, ServerConfig } from '../config.js';
import { addOnsOf, isSameRatePlan, readKept, writeKept } from '../plans.js';
import type { Remote } from '../remote.js';
import { checkAccount, findAccount } from '../shared-account.js';
import { addOnMarksIn, demandZoneAbove, markOfService } from '../zone-mark.js';
import { addOnMarkStep, removeAddOnMarks } from './add-on-marks.js';
import { addOnStep, boughtOtherwise, isNeeded } from './add-on-steps.js';
import type { Change, Create, Terminate } from './shapes.js';

/*
 * The operations of a service that is add-ons alone, bought for the zone of another of the customer's. Account, zone, plan and membership are
 * that one's and stay as they are; ours are the subscriptions and the records in the zone that say so.
 */

type Args<Shape extends OperationShape, Names extends string> = OperationArguments<Shape, Reservations, Names>;
type Place = Pick<Properties, 'accountId' | 'zoneId' | 'domain'>;

const ofTheOther = 'the service that it is added to has that';

/** Throws: `invalid_config` for a product without add-ons, or one that is added to nothing; as `lookAroundStep`. */
export async function createAddOns(
  remote: Remote,
  {
    ctx,
    server,
    product,
    order,
    step,
    skip,
  }: Args<
    Create,
    | 'look up customer'
    | 'create account'
    | 'look around'
    | 'create zone'
    | 'mark zone'
    | 'set plan'
    | 'add subscription'
    | 'invite customer'
  >,
): Promise<Create['output']> {
  const addOns = wantedOf(product, server);
  if (ctx.above.length === 0)
    throw new PanelError('invalid_config', 'plan: a product without one is sold as an add-on of another product only', { field: 'plan' });
  for (const name of ['create account', 'create zone', 'set plan', 'invite customer'] as const) skip(name, ofTheOther);
  const domain = order.domain.toLowerCase();
  const { mark } = await step('look up customer', { run: async () => ({ mark: (await ctx.customer()).mark }) });
  const before = await step('look around', lookAroundStep(remote, ctx, mark, domain, addOns));
  const { accountId, zoneId } = before;
  const add = async (ratePlan: string): Promise<readonly (readonly [string, string])[]> => {
    await step(['mark zone', ratePlan], addOnMarkStep(remote, ctx, { zoneId, domain, ratePlan }));
    const made = await step(
      ['add subscription', ratePlan],
      addOnStep(remote, ctx, { accountId, ratePlan }, product.frequency, before.subscriptions),
    );
    return before.boughtOtherwise.includes(made.id) ? [] : [[ratePlan, made.id]];
  };
  const kept = await Promise.all(addOns.map(add));
  return {
    remoteId: addOnsId(zoneId, ctx.owner),
    accountId,
    zoneId,
    domain,
    nameServers: before.nameServers,
    plan: 'none',
    zoneMade: false,
    planBefore: 'none',
    subscriptions: writeKept(Object.fromEntries(kept.flat())),
    pause: 'nobody',
  };
}

/** What is better comes first and what is no longer paid for last. */
export async function changeAddOns(
  remote: Remote,
  {
    ctx,
    server,
    product,
    previous,
    properties,
    step,
    skip,
  }: Args<
    Change,
    'look at zone' | 'mark zone' | 'add subscription' | 'set plan' | 'cancel subscription' | 'unmark zone' | 'invite customer'
  >,
): Promise<Partial<Properties>> {
  const wanted = wantedOf(product, server);
  const { accountId, zoneId, domain } = properties;
  for (const name of ['set plan', 'invite customer'] as const) skip(name, ofTheOther);
  const before = await step('look at zone', {
    run: async () => {
      const zone = await demandZoneAbove(remote.zones, ctx, accountId, domain);
      if (zone.id !== zoneId) throw new PanelError('not_owned', `${domain} is another zone now, ${zone.id}, not ${zoneId}`);
      return lookAround(remote, ctx, properties, wanted, addOnsOf(previous, server.programme));
    },
  });

  const had = Object.entries(readKept(properties.subscriptions)).filter(([, id]) => before.subscriptions.includes(id));
  const isWanted = (ratePlan: string): boolean => has(wanted, ratePlan);
  const kept = new Map(had.filter(([ratePlan]) => isWanted(ratePlan)));
  const unmarked = wanted.filter((id) => !has(before.marked, id));
  for (const ratePlan of unmarked) await step(['mark zone', ratePlan], addOnMarkStep(remote, ctx, { zoneId, domain, ratePlan }));
  if (unmarked.length === 0) skip('mark zone', 'it is marked');
  const added = wanted.filter((id) => !has([...kept.keys()], id));
  for (const ratePlan of added) {
    const made = await step(
      ['add subscription', ratePlan],
      addOnStep(remote, ctx, { accountId, ratePlan }, product.frequency, before.subscriptions),
    );
    if (!before.boughtOtherwise.includes(made.id)) kept.set(ratePlan, made.id);
  }
  if (added.length === 0) skip('add subscription', 'there is none to add');

  const dropped = had.filter(([ratePlan]) => !isWanted(ratePlan));
  for (const [ratePlan, id] of dropped) await step(['cancel subscription', ratePlan], cancelStep(remote, ctx, accountId, ratePlan, id));
  if (dropped.length === 0) skip('cancel subscription', 'there is none to cancel');
  if (before.marked.every(isWanted)) skip('unmark zone', 'it has all that the zone says');
  else await step('unmark zone', { run: () => removeAddOnMarks(remote, ctx, properties, (ratePlan) => !isWanted(ratePlan)) });
  return { subscriptions: writeKept(Object.fromEntries(kept)) };
}

/** Cancels what was bought for this service, unless another of the customer's has it too. The account goes with the service above. */
export async function terminateAddOns(
  remote: Remote,
  {
    ctx,
    properties,
    step,
    skip,
  }: Args<
    Terminate,
    | 'look up customer'
    | 'check owner'
    | 'cancel subscription'
    | 'delete zone'
    | 'give zone back'
    | 'close account'
    | 'delete account'
    | 'invite customer'
  >,
): Promise<void> {
  const { accountId } = properties;
  for (const name of ['delete zone', 'close account', 'delete account', 'invite customer'] as const) skip(name, ofTheOther);
  const { mark } = await step('look up customer', { run: async () => ({ mark: (await ctx.customer()).mark }) });
  const there = await step('check owner', { run: async () => ({ account: (await checkAccount(remote, accountId, mark)) === 'ours' }) });
  const kept = there.account ? Object.entries(readKept(properties.subscriptions)) : [];
  for (const [ratePlan, id] of kept) await step(['cancel subscription', ratePlan], cancelStep(remote, ctx, accountId, ratePlan, id));
  if (kept.length === 0) skip('cancel subscription', there.account ? 'none was bought for it' : 'the account is gone');
  if (there.account) await step('give zone back', { run: () => removeAddOnMarks(remote, ctx, properties, () => true) });
  else skip('give zone back', 'the account is gone');
}

function has(ratePlans: readonly string[], wanted: string): boolean {
  return ratePlans.some((ratePlan) => isSameRatePlan(ratePlan, wanted));
}

/** Throws `invalid_config` when there is nothing to sell. */
function wantedOf(product: ProductConfig, server: ServerConfig): readonly string[] {
  const addOns = addOnsOf(product, server.programme);
  if (addOns.length > 0) return addOns;
  throw new PanelError('invalid_config', 'plan: a product without one needs at least one add-on', { field: 'plan' });
}

function cancelStep(remote: Remote, ctx: Ctx, accountId: string, ratePlan: string, id: string): CallStep<undefined, undefined> {
  return {
    run: async () => {
      if (!(await isNeeded(ctx, remote, ratePlan))) await remote.subscriptions.cancel(accountId, id);
      return undefined;
    },
  };
}

/** What is there before we add to it. */
interface Before {
  readonly subscriptions: readonly string[];
  /** Those of them that no service of his has: they outlive this one. */
  readonly boughtOtherwise: readonly string[];
  /** Rate plans that this service has for the zone, as the zone says. */
  readonly marked: readonly string[];
}

/** Throws: `not_found` without an account, or a zone of that name in it; `not_owned` for somebody else's; `conflict` as `lookAround`. */
function lookAroundStep(
  remote: Remote,
  ctx: Ctx,
  mark: string,
  domain: string,
  addOns: readonly string[],
): CallStep<undefined, Before & Place & Pick<Properties, 'nameServers'>> {
  return {
    run: async () => {
      const account = await findAccount(remote, ctx, mark);
      if (account === undefined) throw new PanelError('not_found', `the customer has no account at Cloudflare by way of this server`);
      const zone = await demandZoneAbove(remote.zones, ctx, account.id, domain);
      const place = { accountId: account.id, zoneId: zone.id, domain };
      return { ...(await lookAround(remote, ctx, place, addOns, [])), ...place, nameServers: zone.nameServers.join(' ') };
    },
  };
}

/**
 * `wanted`, `previous`: what the service is to have, and had. Throws `conflict` for an add-on that it gets and that is paid for already: by the
 * service above, or by another that was added for the same zone.
 */
async function lookAround(
  remote: Remote,
  ctx: Ctx,
  { accountId, zoneId, domain }: Place,
  wanted: readonly string[],
  previous: readonly string[],
): Promise<Before> {
  const { programme } = remote.transport.server;
  const { others } = await ctx.customer();
  const marks = await addOnMarksIn(remote.zones, zoneId, domain);
  const paidFor = [
    ...others
      .map(({ serviceId, product }) => ({ owner: markOfService(ctx.owner, serviceId), ratePlans: addOnsOf(product, programme) }))
      .filter(({ owner }) => ctx.above.includes(owner)),
    ...marks.filter(({ owner }) => owner !== ctx.owner).map(({ owner, ratePlan }) => ({ owner, ratePlans: [ratePlan] })),
  ];
  for (const addOn of wanted.filter((id) => !has(previous, id))) {
    const other = paidFor.find(({ ratePlans }) => has(ratePlans, addOn));
    if (other) throw new PanelError('conflict', `${domain} has ${addOn} already, by the service with the mark ${other.owner}`);
  }
  const live = await remote.subscriptions.live(accountId);
  const marked = marks.filter(({ owner }) => owner === ctx.owner).map(({ ratePlan }) => ratePlan);
  // What is marked beyond what it had may be there from an attempt before this one.
  const fresh = marked.filter((ratePlan) => !has(previous, ratePlan));
  return {
    subscriptions: live.map(({ id }) => id),
    boughtOtherwise: await boughtOtherwise(
      ctx,
      remote,
      live.filter(({ ratePlan }) => !has(fresh, ratePlan)),
    ),
    marked,
  };
}
