import type { JsonObject } from '@hostwright/sdk';
import type { Account } from './host.js';

/** One account as `accountsummary` and `listaccts` have it: sizes are texts, and what is not known is `*unknown*`. */
export function accountRow(
  account: Account,
  { asText, tellsLocked }: { readonly asText: boolean; readonly tellsLocked: boolean },
): JsonObject {
  const flag = (on: boolean) => (asText ? String(on ? 1 : 0) : on ? 1 : 0);
  const { user, domain, owner, plan, contact, madeAt, suspended, suspendReason, locked } = account;
  return {
    user,
    domain,
    owner,
    plan,
    email: contact === '' ? '*unknown*' : contact,
    ip: '192.0.2.10',
    diskused: '14M',
    disklimit: plan === 'large' ? 'unlimited' : '1024M',
    inodesused: asText ? '321' : 321,
    inodeslimit: 'unlimited',
    suspended: flag(suspended),
    suspendreason: suspendReason,
    suspendtime: suspended ? 1_763_640_000 : 0,
    ...(tellsLocked ? { is_locked: flag(locked) } : {}),
    partition: 'home',
    theme: 'jupiter',
    shell: '/bin/bash',
    startdate: '25 Nov 20 10:00',
    unix_startdate: asText ? String(madeAt) : madeAt,
    maxaddons: '*unknown*',
    maxsub: 'unlimited',
    maxpop: 'unlimited',
  };
}

export function bandwidthRow(account: Pick<Account, 'user' | 'domain' | 'owner' | 'reseller'>, totalbytes: number, deleted: boolean) {
  const { user, domain: maindomain, owner } = account;
  const gone = deleted ? 1 : 0;
  const bwusage = [{ domain: maindomain, usage: totalbytes, deleted: gone }];
  return { user, maindomain, owner, reseller: account.reseller ? 1 : 0, deleted: gone, limit: 10_737_418_240, totalbytes, bwusage };
}

/** Without `exact` a search is a regular expression, so `acme` finds `acme2` as well. */
export function searched(row: JsonObject, search: string, searchtype: string, method: string): boolean {
  const value = String(row[searchtype === 'package' ? 'plan' : searchtype] ?? row['maindomain'] ?? '');
  return method === 'exact' ? value === search : new RegExp(search).test(value);
}
