import { No, type Outcome } from './envelope.js';
import type { Account, CpanelHost } from './host.js';

type Given = Readonly<Record<string, string>>;

/** What WHM does with resellers and all that is theirs. */
export class ResellerCalls {
  constructor(private readonly host: CpanelHost) {}

  call(name: string, given: Given): Outcome {
    const { user = '' } = given;
    switch (name) {
      case 'setupreseller': {
        const account = this.host.get(user);
        if (account.reseller) throw new No(`“${user}” is already a reseller.`);
        account.reseller = true;
        if (given['makeowner'] === '1') account.owner = user;
        return {};
      }
      case 'unsetupreseller':
        Object.assign(this.#reseller(user), { reseller: false });
        return {};
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

  #terminate(user: string, ownToo: boolean): Outcome {
    const theirs = this.#theirs(user).filter((account) => ownToo || account.user !== user);
    // His own account last, when nothing is his any more.
    const inOrder = [...theirs.filter((account) => account.user !== user), ...theirs.filter((account) => account.user === user)];
    for (const account of inOrder) this.host.remove(account.user, false);
    const acct = inOrder.map((account) => ({ user: account.user, result: 1, reason: 'Account Removed', output: { raw: '' } }));
    return { data: { acct } };
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
