import { asId, asObject, isGone, listOf, maybeObject, maybeText, Refusal } from '@hostwright/vendor-cloudflare';
import type { Transport } from './transport.js';

export interface Member {
  /** Of the membership. */
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly status: string;
}

/** Who has access to an account. */
export class Members {
  constructor(private readonly transport: Transport) {}

  /** A membership that was asked for or taken up; one that was declined is none, and an account that is gone has none. */
  async find(accountId: string, email: string): Promise<Member | undefined> {
    const members = await this.all(accountId);
    return members.find((member) => member.email === email.toLowerCase() && member.status !== 'rejected');
  }

  /** Sends an invitation. Which code a second one is refused with is not documented, so after a refusal it is looked for. */
  async invite(accountId: string, email: string, role: string): Promise<Member> {
    try {
      const answer = await this.transport.call('resources', (sdk) =>
        sdk.accounts.members.create({ account_id: accountId, email, roles: [role], status: 'pending' }),
      );
      return readMember(answer, 'POST /accounts/…/members');
    } catch (error) {
      const isRefused = error instanceof Refusal && (error.code === 'rejected' || error.code === 'conflict');
      const already = isRefused ? await this.find(accountId, email) : undefined;
      if (already === undefined) throw error;
      return already;
    }
  }

  /** One that is gone counts as removed. */
  async remove(accountId: string, memberId: string): Promise<void> {
    try {
      await this.transport.call('resources', (sdk) => sdk.accounts.members.delete(memberId, { account_id: accountId }));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  private async all(accountId: string): Promise<readonly Member[]> {
    try {
      return await this.transport.all(
        'resources',
        'GET /accounts/…/members',
        (sdk, page) => sdk.accounts.members.list({ account_id: accountId, ...page }),
        listOf(readMember),
      );
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }
}

function readMember(value: unknown, what: string): Member {
  const member = asObject(value, what);
  const user = maybeObject(member, 'user', what);
  return {
    id: asId(member, what),
    email: (maybeText(member, 'email', what) ?? maybeText(user, 'email', what) ?? '').toLowerCase(),
    status: maybeText(member, 'status', what) ?? 'pending',
  };
}
