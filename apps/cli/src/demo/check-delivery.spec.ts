import { describe, expect, it } from '@jest/globals';
import { differences } from './check-delivery.js';

const delivered = [{ kind: 'box', count: 1, details: { starts: 1 } }];
const aBox = (id: string, starts = 1) => ({ server: 's', kind: 'box', id, owner: undefined, details: { starts } });

describe('what the providers hold', () => {
  it('is as delivered', () => {
    expect(differences(delivered, [aBox('1')])).toEqual([]);
  });

  it.each([
    ['nothing', [], 'box: 0, not 1'],
    ['two of one', [aBox('1'), aBox('2')], 'box: 2, not 1'],
    ['one that was set up twice', [aBox('1', 2)], 'box 1: starts is 2, not 1'],
    ['something else as well', [aBox('1'), { ...aBox('7'), kind: 'disk' }], 'disk 7 is there, and is no part of a site'],
  ])('is not right when it is %s', (_, ledger, difference) => {
    expect(differences(delivered, ledger)).toEqual([difference]);
  });
});
