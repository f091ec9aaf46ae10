import { absent, done, PanelError, type CallStep, type Ctx } from '@hostwright/sdk';
import { isAddOnAlone } from '../plans.js';
import type { Remote } from '../remote.js';
import { closeAccount, createAccount, deleteClosed, findAccount, sweepAccounts } from '../shared-account.js';
import { marksIn, requireOurs } from '../zone-mark.js';
import { boughtOtherwise } from './add-on-steps.js';

/**
 * The customer as the first step finds him. `key` is this job's: a later account of the same name is another. `hisOwn`: his account where it
 * was there before and none of his services had it; `''`: there is none such.
 */
export interface Customer {
  readonly mark: string;
  readonly key: string;
  readonly hisOwn: string;
}

export function customerStep(remote: Remote, ctx: Ctx): CallStep<undefined, Customer> {
  return {
    run: async () => {
      const { mark, others } = await ctx.customer();
      const left = others.length > 0 ? undefined : await findAccount(remote, ctx, mark);
      return { mark, key: `${ctx.owner}-${ctx.random.hex(8)}`, hisOwn: left?.id ?? '' };
    },
  };
}

/** An undo leaves an account that was there before and had nobody's service: no run of ours may delete what it did not make. */
export function accountStep(
  remote: Remote,
  ctx: Ctx,
  { mark, key, hisOwn }: Customer,
): CallStep<{ readonly mark: string }, { readonly accountId: string }> {
  return {
    strength: 'tagged',
    claim: { mark },
    find: async () => {
      const account = await findAccount(remote, ctx, mark);
      return account === undefined ? absent : done({ accountId: account.id });
    },
    run: async () => ({ accountId: await createAccount(remote, ctx, mark, key) }),
    undo: async ({ accountId }) => {
      if (accountId === hisOwn) return;
      if ((await closeAccount(remote, ctx, accountId)).state === 'ours') await deleteClosed(remote, accountId, mark);
    },
    sweep: (_claim, kept) => sweepAccounts(remote, ctx, mark, kept?.accountId ?? (hisOwn || undefined)),
  };
}

/** What is in the account before we add to it: of all that, nothing is ours. */
export interface Before {
  /** The zone of that name, when the customer has it already. */
  readonly zoneId: string | null;
  readonly plan: string;
  readonly isMember: boolean;
  readonly subscriptions: readonly string[];
  /** Those of them that no service of his has: they outlive this one. */
  readonly boughtOtherwise: readonly string[];
}

/** Throws: `not_owned` when another service of ours has the zone. */
export function lookAroundStep(
  remote: Remote,
  ctx: Ctx,
  { accountId, domain, email }: { readonly accountId: string; readonly domain: string; readonly email: string | undefined },
): CallStep<undefined, Before> {
  return {
    run: async () => {
      const zones = await remote.zones.inAccount(accountId, domain);
      const zone = zones[0];
      if (zones.length > 1) throw new PanelError('conflict', `${domain} is ${zones.length} times in the account of the customer`);
      const marks = zone === undefined ? [] : await marksIn(remote.zones, zone.id, domain);
      requireOurs(marks, ctx.owner, domain);
      const plan = zone === undefined ? undefined : await remote.subscriptions.ofZone(zone.id);
      const member = email === undefined ? undefined : await remote.members.find(accountId, email);
      const subscriptions = await remote.subscriptions.live(accountId);
      return {
        // With our mark it is ours, from an attempt before this one.
        zoneId: zone === undefined || marks.length > 0 ? null : zone.id,
        plan: plan === undefined || plan.ratePlan === '' ? 'free' : plan.ratePlan,
        isMember: member !== undefined,
        subscriptions: subscriptions.map(({ id }) => id),
        // After an attempt before this one they may be from that.
        boughtOtherwise: marks.length > 0 ? [] : await boughtOtherwise(ctx, remote, subscriptions),
      };
    },
  };
}

interface Membership {
  readonly accountId: string;
  readonly email: string;
  readonly role: string;
  /** Before the step. */
  readonly isMember: boolean;
}

/** Invites the customer. An invitation that was there before is not ours to take back. */
export function inviteStep(
  remote: Remote,
  { accountId, email, role, isMember }: Membership,
): CallStep<{ readonly accountId: string; readonly email: string }, { readonly memberId: string }> {
  return {
    strength: 'unique',
    claim: { accountId, email },
    find: async () => {
      const member = await remote.members.find(accountId, email);
      return member === undefined ? absent : done({ memberId: member.id });
    },
    run: async () => ({ memberId: (await remote.members.invite(accountId, email, role)).id }),
    undo: async ({ memberId }) => {
      if (!isMember) await remote.members.remove(accountId, memberId);
    },
  };
}

/** Shuts the customer out of the account, unless he has other services in it. An undo lets in again only whom it shut out. */
export function expelStep(
  remote: Remote,
  ctx: Ctx,
  { accountId, email, role, isMember }: Membership,
): CallStep<{ readonly accountId: string; readonly email: string }, { readonly isOut: boolean }> {
  return {
    strength: 'unique',
    switches: true,
    claim: { accountId, email },
    find: async () => ((await remote.members.find(accountId, email)) === undefined ? done({ isOut: true }) : absent),
    run: async () => {
      const { others } = await ctx.customer();
      // Add-ons of a zone give nobody a reason to be in the account.
      if (others.some(({ product }) => !isAddOnAlone(product))) return { isOut: false };
      const member = await remote.members.find(accountId, email);
      if (member !== undefined) await remote.members.remove(accountId, member.id);
      return { isOut: true };
    },
    undo: async ({ isOut }) => {
      if (isOut && isMember && (await remote.members.find(accountId, email)) === undefined)
        await remote.members.invite(accountId, email, role);
    },
  };
}
