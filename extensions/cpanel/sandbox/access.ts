import type { SandboxAnswer, SandboxRequest } from '@hostwright/sdk-testing';
import { accessDenied, licencePage, logInPage } from './envelope.js';

export const token = 'WHMTOKEN0123456789ABCDEFGHIJKLMN';

/** Which privilege each function asks of a reseller. What is not here, everybody may. */
const privilegeOf: Readonly<Record<string, string>> = {
  listpkgs: 'list-pkgs',
  getpkginfo: 'list-pkgs',
  list_users: 'list-accts',
  verify_new_username: 'create-acct',
  createacct: 'create-acct',
  accountsummary: 'acct-summary',
  listaccts: 'list-accts',
  listsuspended: 'list-accts',
  suspendacct: 'suspend-acct',
  unsuspendacct: 'suspend-acct',
  removeacct: 'kill-acct',
  changepackage: 'upgrade-account',
  passwd: 'passwd',
  showbw: 'show-bandwidth',
  create_user_session: 'create-user-session',
  uapi_cpanel: 'cpanel-api',
  setupreseller: 'all',
  unsetupreseller: 'all',
  listacls: 'all',
  setacls: 'all',
  setresellerlimits: 'all',
  suspendreseller: 'all',
  unsuspendreseller: 'all',
  terminatereseller: 'all',
};
export const privileges: readonly string[] = [...new Set(['all', ...Object.values(privilegeOf)])];

export type Gate = 'open' | 'denied' | 'unauthorized' | 'log-in page' | 'licence page';

/** Who the panel is here, and what it may do. */
export class Access {
  user = 'root';
  granted = new Set(['all']);
  /** `denied` and `unauthorized` whatever the token; the pages in place of every answer. */
  gate: Gate = 'open';

  /** The answer when the call comes no further. */
  guard(request: SandboxRequest): SandboxAnswer | undefined {
    if (this.gate === 'log-in page') return logInPage();
    if (this.gate === 'licence page') return licencePage();
    if (this.gate === 'unauthorized') return accessDenied(401);
    const known = request.headers.authorization === `whm ${this.user}:${token}`;
    return known && this.gate === 'open' ? undefined : accessDenied();
  }

  may(command: string): boolean {
    const privilege = privilegeOf[command];
    return privilege === undefined || this.granted.has('all') || this.granted.has(privilege);
  }
}
