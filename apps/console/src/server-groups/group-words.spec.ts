import { describe, expect, it } from '@jest/globals';
import { fullnessOf, fullPercent, fullText, roomTrouble } from './group-words.js';

const server = (used: number, capacity: number | null, state: 'active' | 'draining' | 'maintenance' = 'active') => ({
  used,
  capacity,
  state,
});

describe('how full servers are', () => {
  it.each([
    [server(3, 5), '3 of 5', 60],
    [server(0, 5), '0 of 5', 0],
    [server(7, 5), '7 of 5', 100],
    [server(7, null), '7, no limit', undefined],
  ])('of %j is %s', (one, text, percent) => {
    expect([fullText(one), fullPercent(one)]).toEqual([text, percent]);
  });

  it('is added up, without a limit when one of them has none', () => {
    expect(fullnessOf([server(3, 5), server(1, 10)])).toEqual({ used: 4, capacity: 15 });
    expect(fullnessOf([server(3, 5), server(1, null)])).toEqual({ used: 4, capacity: null });
  });
});

describe('a group', () => {
  it.each([
    ['that is empty', [], 'No server belongs to it'],
    ['whose servers take nothing new', [server(0, 5, 'draining'), server(0, null, 'maintenance')], 'None of its servers'],
    ['that is full, with room where nothing new goes', [server(5, 5), server(0, 5, 'draining')], 'is full'],
  ])('%s says so', (_, servers, text) => {
    expect(roomTrouble(servers)).toContain(text);
  });

  it('with room says nothing', () => {
    expect(roomTrouble([server(5, 5), server(4, 5)])).toBeUndefined();
    expect(roomTrouble([server(500, null)])).toBeUndefined();
  });
});
