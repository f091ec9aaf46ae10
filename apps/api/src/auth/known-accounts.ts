import { Injectable } from '@nestjs/common';
import { AccountStore, Clock, type Caller } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';

const believedMs = 30_000;
const keptAtMost = 10_000;

interface Known {
  readonly caller: Caller | undefined;
  /** Seconds since 1970, as tokens have it. */
  readonly tokensValidFrom: number;
  readonly until: number;
}

/** Who is behind a token, asked at most twice a minute: a disabled account's tokens stop working within half a minute. */
@Injectable()
export class KnownAccounts {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly accounts: AccountStore,
    private readonly clock: Clock,
  ) {}

  /** `issuedAt`: the token's, in seconds. Throws `unauthenticated` when the account is gone or disabled, or its password was changed since. */
  async caller(accountId: string, issuedAt: number): Promise<Caller> {
    const now = this.clock.now().getTime();
    let known = this.known.get(accountId);
    if (!known || known.until <= now) {
      known = { ...(await this.look(accountId)), until: now + believedMs };
      if (this.known.size >= keptAtMost) this.known.clear();
      this.known.set(accountId, known);
    }
    if (!known.caller || issuedAt < known.tokensValidFrom) throw new PanelError('unauthenticated', 'this log-in is not valid any more');
    return known.caller;
  }

  /** What was changed about an account holds at once in this process, and in others once they ask again. */
  forget(accountId: string): void {
    this.known.delete(accountId);
  }

  private async look(accountId: string): Promise<Pick<Known, 'caller' | 'tokensValidFrom'>> {
    const account = await this.accounts.find(accountId);
    if (!account || account.disabledAt !== null) return { caller: undefined, tokensValidFrom: 0 };
    const { customerId, tokensValidFrom } = account;
    return {
      caller: customerId === null ? { kind: 'staff', accountId } : { kind: 'customer', accountId, customerId },
      tokensValidFrom: Math.floor((tokensValidFrom?.getTime() ?? 0) / 1000),
    };
  }
}
