import { describe, expect, it } from '@jest/globals';
import type { RestoredServer } from '../api/index.js';
import { heldServers, whyHeld } from './held-servers.js';

const server = (serverId: string, state: RestoredServer['state']) => ({ serverId, state }) as RestoredServer;
const servers = [server('1', 'held'), server('2', 'compared'), server('3', 'released'), server('4', 'held')];

describe('the servers of a restored panel', () => {
  it('are held until they were compared or released', () => {
    expect(heldServers({ state: 'comparing', servers }).map(({ serverId }) => serverId)).toEqual(['1', '4']);
  });

  it('are not held where the panel was never restored, or that is over', () => {
    expect(heldServers({ state: 'none', servers: [] })).toEqual([]);
    expect(heldServers({ state: 'over', servers })).toEqual([]);
  });

  it('say whether they come up by themselves or cannot be looked at', () => {
    expect(whyHeld({ lookError: null })).toBe('has not been looked at yet');
    expect(whyHeld({ lookError: 'the token was refused' })).toBe('cannot be looked at: the token was refused');
  });
});
