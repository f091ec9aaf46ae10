import { describe, expect, it } from '@jest/globals';
import { capacityFault, changedPlace, emptyPlace, isPlaceFilled, placeIn, placeOf } from './server-place.js';

const server = { name: 'west 1', serverGroupId: '3', capacity: 50 };

describe('where a server stands', () => {
  it.each(['0', '-1', '1.5', '1e3', 'ten', '1000001'])('has no limit of %s, which must not be taken for none', (typed) => {
    expect(capacityFault(typed)).toContain('whole number');
    expect(isPlaceFilled({ ...emptyPlace, name: 'a', capacity: typed })).toBe(false);
  });

  it.each(['', ' ', '1', ' 50 ', '1000000'])('has a limit of “%s”', (typed) => {
    expect(capacityFault(typed)).toBeUndefined();
  });

  it('needs a name', () => {
    expect(isPlaceFilled({ ...emptyPlace, name: '  ' })).toBe(false);
    expect(isPlaceFilled({ ...emptyPlace, name: 'a' })).toBe(true);
  });

  it('is sent as the panel takes it', () => {
    expect(placeIn({ name: ' a ', serverGroupId: '', capacity: '' })).toEqual({ name: 'a', serverGroupId: null, capacity: null });
    expect(placeIn(placeOf(server))).toEqual(server);
  });

  it('is sent where it was changed, and a limit or a group is taken away by emptying it', () => {
    const filled = placeOf(server);
    expect(changedPlace(server, filled)).toEqual({});
    expect(changedPlace(server, { ...filled, name: 'west 2' })).toEqual({ name: 'west 2' });
    expect(changedPlace(server, { ...filled, serverGroupId: '', capacity: '' })).toEqual({ serverGroupId: null, capacity: null });
  });
});
