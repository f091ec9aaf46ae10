import { PanelError, type Ctx } from '@hostwright/sdk';
import type { Account } from './client/index.js';
import type { Remote } from './remote.js';

/*
 * One account per customer, whose name is the customer's mark, and nothing else: names are not unique at Cloudflare, so it is found by it.
 */

/** How long after its making an account may be missing in the tenant's list. */
const listedWithinMs = 60 * 60_000;

/** The name while it is being closed: no service finds it any more. */
export function closingName(mark: string): string {
  return `${mark}-closing`;
}

/**
 * The customer's account: the oldest in the tenant that bears his mark, undefined when there is none.
 * Throws: `unavailable` while one is too young to be in the tenant's list; `not_owned` for one that merely has the name.
 */
export async function findAccount(remote: Remote, ctx: Ctx, mark: string): Promise<Account | undefined> {
  const named = await remote.accounts.named(mark);
  if (named.length === 0) return undefined;
  const tenant = await remote.accounts.idsOfTenant();
  const [oldest] = named.filter(({ id }) => tenant.has(id));
  if (oldest) return oldest;
  if (named.some((account) => isYoung(account, ctx)))
    throw new PanelError('unavailable', `the account ${mark} is not in the list of the tenant yet`, { retryAfterMs: 10_000 });
  throw new PanelError('not_owned', `an account named ${mark} is there, and it is not one of the tenant`);
}

/** Makes the account; of two that were made at once, for two services of the customer, the younger goes. */
export async function createAccount(remote: Remote, ctx: Ctx, mark: string, key: string): Promise<string> {
  const made = await remote.accounts.create(mark, key);
  const named = await remote.accounts.named(mark);
  const tenant = named.length > 1 ? await remote.accounts.idsOfTenant() : undefined;
  const oldest = named.find(({ id }) => tenant?.has(id));
  if (oldest === undefined || oldest.id === made.id) return made.id;
  // A third service may have found it while the other was not listed yet.
  if ((await usedBy(remote, made.id, [])) !== undefined) return oldest.id;
  await remote.accounts.delete(made.id);
  ctx.log.info('two accounts were made for the customer at once; the younger one was deleted', { kept: oldest.id, deleted: made.id });
  return oldest.id;
}

/**
 * Deletes what a call of unknown outcome made besides the one kept: accounts of the customer's mark with nothing in them. While he has
 * other services, one of them may be about to use it, so it must be an hour old.
 */
export async function sweepAccounts(remote: Remote, ctx: Ctx, mark: string, keptId: string | undefined): Promise<void> {
  const named = await remote.accounts.named(mark);
  const doubles = named.filter(({ id }) => id !== keptId);
  if (doubles.length === 0) return;
  const { others } = await ctx.customer();
  if (keptId === undefined && others.length > 0) return;
  const tenant = await remote.accounts.idsOfTenant();
  for (const double of doubles) {
    const isWanted = others.length > 0 && isYoung(double, ctx);
    if (isWanted || !tenant.has(double.id) || (await usedBy(remote, double.id, [])) !== undefined) continue;
    await remote.accounts.delete(double.id);
  }
}

export type Ending = { readonly state: 'gone' | 'ours' } | { readonly state: 'kept'; readonly reason: string };

/** Whether the account under that id bears the customer's mark. Throws `not_owned` when it bears another. */
export async function checkAccount(remote: Remote, accountId: string, mark: string): Promise<'ours' | 'gone'> {
  const account = await remote.accounts.find(accountId);
  if (account === undefined) return 'gone';
  requireMark(account, mark);
  return 'ours';
}

/**
 * Takes the account out of use when nobody needs it: its name is changed first, so that no service finds it any more, and then it is
 * looked at again. `kept`: somebody does need it. May be called again after whatever interrupted it.
 */
export async function closeAccount(remote: Remote, ctx: Ctx, accountId: string, cancelled: readonly string[] = []): Promise<Ending> {
  const customer = await ctx.customer();
  const account = await remote.accounts.find(accountId);
  if (account === undefined) return { state: 'gone' };
  requireMark(account, customer.mark);
  const isClosing = account.name === closingName(customer.mark);
  const reason = await neededBy(remote, ctx, accountId, cancelled);
  if (reason === undefined) {
    if (!isClosing) await remote.accounts.rename(account, closingName(customer.mark));
    const stillNeeded = await neededBy(remote, ctx, accountId, cancelled);
    if (stillNeeded === undefined) return { state: 'ours' };
    await remote.accounts.rename(account, customer.mark);
    return { state: 'kept', reason: stillNeeded };
  }
  if (isClosing) await remote.accounts.rename(account, customer.mark);
  return { state: 'kept', reason };
}

/** Deletes an account that was closed. Its name is read back: it cannot be undone. */
export async function deleteClosed(remote: Remote, accountId: string, mark: string): Promise<void> {
  const account = await remote.accounts.find(accountId);
  if (account === undefined) return;
  if (account.name !== closingName(mark))
    throw new PanelError('not_owned', `the account ${accountId} is named ${account.name}, not ${closingName(mark)}`);
  await remote.accounts.delete(accountId);
}

/** Takes away other accounts of the customer's mark when his last service ends: what is left of two that were made or closed at once. */
export async function deleteDoubles(remote: Remote, ctx: Ctx, accountId: string): Promise<void> {
  const { mark, others } = await ctx.customer();
  if (others.length > 0) return;
  const doubles = (await remote.accounts.named(mark)).filter(({ id }) => id !== accountId);
  const tenant = doubles.length === 0 ? undefined : await remote.accounts.idsOfTenant();
  for (const { id } of doubles) {
    if (tenant?.has(id) && (await closeAccount(remote, ctx, id)).state === 'ours') await deleteClosed(remote, id, mark);
  }
}

async function neededBy(remote: Remote, ctx: Ctx, accountId: string, cancelled: readonly string[]): Promise<string | undefined> {
  const { others } = await ctx.customer();
  return others.length > 0 ? 'the customer has other services in it' : usedBy(remote, accountId, cancelled);
}

/** What somebody has in it: zones, and subscriptions other than those just cancelled, which may run to the end of their period. */
async function usedBy(remote: Remote, accountId: string, cancelled: readonly string[]): Promise<string | undefined> {
  const zone = await remote.zones.anyIn(accountId);
  if (zone) return `the zone ${zone.name} is in it`;
  const [live] = (await remote.subscriptions.live(accountId)).filter(({ id }) => !cancelled.includes(id));
  return live === undefined ? undefined : `the subscription ${live.ratePlan} is in it`;
}

function requireMark(account: Account, mark: string): void {
  if (account.name !== mark && account.name !== closingName(mark))
    throw new PanelError('not_owned', `the account ${account.id} is named ${account.name}, not ${mark}`);
}

function isYoung({ createdOn }: Account, ctx: Ctx): boolean {
  const age = createdOn === undefined ? Number.NaN : Date.parse(ctx.now()) - Date.parse(createdOn);
  return age < listedWithinMs;
}
