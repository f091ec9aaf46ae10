import { describe, expect, it } from '@jest/globals';
import type { FoundAccount } from '../api/index.js';
import { accountsShown, belongingOf, countOf } from './account-words.js';

const account = (remoteId: string, over: Partial<FoundAccount> = {}): FoundAccount => ({
  remoteId,
  name: `${remoteId}.example`,
  state: 'running',
  owner: null,
  package: null,
  serviceId: null,
  ...over,
});
const all = [
  account('zoe', { package: 'Gold' }),
  account('ann'),
  account('mine', { serviceId: '7', owner: 'hw-a-7' }),
  account('theirs', { owner: 'hw-b-1' }),
];

describe('accounts at a provider', () => {
  it('are free only without a service and without a mark', () => {
    expect(all.map(belongingOf)).toEqual(['free', 'free', 'ours', 'marked']);
    expect(countOf(all)).toEqual({ free: 2, ours: 1, marked: 1 });
    expect(countOf([])).toEqual({ free: 0, ours: 0, marked: 0 });
  });

  it('are found by name, id and package, whatever the case, in the order of their names', () => {
    const ids = (wanted: string) => accountsShown(all, 'free', wanted).map(({ remoteId }) => remoteId);
    expect(ids('')).toEqual(['ann', 'zoe']);
    expect(ids(' GOLD ')).toEqual(['zoe']);
    expect(ids('ann.ex')).toEqual(['ann']);
    expect(ids('mine')).toEqual([]);
    expect(accountsShown(all, 'marked', '').map(({ remoteId }) => remoteId)).toEqual(['theirs']);
  });
});
