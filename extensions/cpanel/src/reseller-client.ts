import { readFailures, readPrivilegeLists, type PrivilegeList } from './answers.js';
import { isNo, isRefusal, openWhm } from './refusal.js';
import { slowTimeoutMs, type WhmCalls } from './whm-calls.js';

/** What a reseller may have in all. What is left out is not limited. */
export interface ResellerLimits {
  readonly accounts?: number;
  readonly resources?: { readonly diskMib: number; readonly trafficMib: number; readonly oversells: boolean };
}

/** What WHM is asked of resellers. */
export class ResellerClient {
  constructor(private readonly calls: WhmCalls) {}

  /** One who is a reseller already, and not his own owner, was made one by a call that stopped half way: he is made one anew. */
  async make(username: string): Promise<void> {
    const make = () => this.calls.write('setupreseller', { user: username, makeowner: 1 });
    try {
      await make();
    } catch (error) {
      if (!isNo(error)) throw error;
      await this.unmake(username);
      await make();
    }
  }

  /** One that is none any more is refused, in words that nobody has told: whether all is gone, the removal of his account tells. */
  async unmake(username: string): Promise<void> {
    try {
      await this.calls.write('unsetupreseller', { user: username });
    } catch (error) {
      if (!isRefusal(error, 'not_found') && !isRefusal(error, 'rejected')) throw error;
    }
  }

  async privilegeLists(): Promise<readonly PrivilegeList[]> {
    return this.calls.read('listacls', {}, ({ data }, what) => readPrivilegeLists(data, what));
  }

  /** In place of those he has. */
  async setPrivileges(username: string, list: string): Promise<void> {
    await this.calls.write('setacls', { reseller: username, acllist: list });
  }

  /** In place of those he has; undefined lifts them. */
  async limit(username: string, { accounts, resources }: ResellerLimits = {}): Promise<void> {
    const oversells = resources?.oversells === true ? 1 : 0;
    await this.calls.write('setresellerlimits', {
      user: username,
      enable_account_limit: accounts === undefined ? 0 : 1,
      ...(accounts === undefined ? {} : { account_limit: accounts }),
      enable_resource_limits: resources === undefined ? 0 : 1,
      ...(resources === undefined ? {} : { diskspace_limit: resources.diskMib, bandwidth_limit: resources.trafficMib }),
      enable_overselling: oversells,
      enable_overselling_diskspace: oversells,
      enable_overselling_bandwidth: oversells,
    });
  }

  /** With all his accounts. */
  async suspend(username: string, reason: string, locked: boolean): Promise<void> {
    await this.calls.write('suspendreseller', { user: username, reason, disallow: locked ? 1 : 0 }, slowTimeoutMs);
  }

  async unsuspend(username: string): Promise<void> {
    await this.calls.write('unsuspendreseller', { user: username }, slowTimeoutMs);
  }

  /** With all his accounts and his own. Answers what could not be removed, with the reasons; gone counts as removed. */
  async remove(username: string): Promise<readonly string[]> {
    try {
      const params = { user: username, terminatereseller: 1 };
      const answer = await this.calls.send('terminatereseller', {}, params, slowTimeoutMs);
      return readFailures(openWhm(answer).data, answer.what);
    } catch (error) {
      if (isRefusal(error, 'not_found')) return [];
      throw error;
    }
  }
}
