import { No, type Outcome } from './envelope.js';
import type { Account, CpanelHost } from './host.js';

type Given = Readonly<Record<string, string>>;

/** Of a list, what it has and what it has not. */
function flags(granted: readonly string[]): Record<string, number> {
  return { ...Object.fromEntries(granted.map((name) => [name, 1])), 'edit-dns': 0, ...(granted.includes('all') ? {} : { all: 0 }) };
}

/** What WHM does with resellers and all that is theirs. */
export class ResellerCalls {
  constructor(private readonly host: CpanelHost) {}

  call(name: string, given: Given): Outcome {
    const { user = '' } = given;
    switch (name) {
      case 'setupreseller': {
        const account = this.host.get(user);
        if (account.reseller) throw new No(`“${user}” is already a reseller.`);
        Object.assign(account, { reseller: true, privileges: ['acct-summary', 'list-pkgs'], limits: {} });
        if (given['makeowner'] === '1') account.owner = user;
        return {};
      }
      case 'unsetupreseller':
        this.#unmake(user);
        for (const account of this.host.ownedBy(user)) account.owner = 'root';
        return {};
      case 'listacls': {
        const acl = [...this.host.aclLists].map(([list, granted]) => ({ name: list, privileges: flags(granted) }));
        return { data: { acl } };
      }
      case 'setacls': {
        const account = this.#reseller(given['reseller'] ?? '');
        // A list that there is not is an empty one.
        account.privileges = this.host.aclLists.get(given['acllist'] ?? '') ?? [];
        return { data: { acl: [...account.privileges] } };
      }
      case 'setresellerlimits': {
        const { user: _user, 'api.version': _version, ...limits } = given;
        this.#reseller(user).limits = limits;
        return {};
      }
      case 'suspendreseller':
        for (const account of this.#theirs(user)) {
          Object.assign(account, { suspended: true, suspendReason: given['reason'] ?? 'Unknown', locked: given['disallow'] === '1' });
        }
        return {};
      case 'unsuspendreseller':
        for (const account of this.#theirs(user))
          Object.assign(account, { suspended: false, suspendReason: 'not suspended', locked: false });
        return {};
      case 'terminatereseller':
        return this.#terminate(user, given['terminatereseller'] === '1');
      default:
        throw new No(`Unknown app (“${name}”) requested for this version (1) of the API.`);
    }
  }

  /** He is none any more before the first of his accounts goes, so who comes again is told that there is no reseller. */
  #terminate(user: string, ownToo: boolean): Outcome {
    const theirs = this.#theirs(user).filter((account) => ownToo || account.user !== user);
    this.#unmake(user);
    const acct = theirs.map((account) => this.#removed(account.user));
    const failures = acct.flatMap(({ result, reason }) => (result === 1 ? [] : [reason]));
    if (failures.length > 0) throw new No(failures.join(' '), { acct });
    return { data: { acct } };
  }

  #removed(user: string) {
    try {
      this.host.remove(user, false);
    } catch (error) {
      if (!(error instanceof No)) throw error;
      return { user, result: 0, reason: error.message, output: { raw: '' } };
    }
    return { user, result: 1, reason: 'Account Removed', output: { raw: '' } };
  }

  /** His own account is root's then. */
  #unmake(user: string): void {
    const account = this.#reseller(user);
    account.reseller = false;
    if (account.owner === user) account.owner = 'root';
  }

  #reseller(user: string): Account {
    const account = this.host.get(user);
    if (!account.reseller) throw new No(`“${user}” is not a reseller.`);
    return account;
  }

  #theirs(user: string): readonly Account[] {
    const own = this.#reseller(user);
    return [...new Set([own, ...this.host.ownedBy(user)])];
  }
}
