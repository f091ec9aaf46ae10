import { expect, it } from '@jest/globals';
import { wordsOf } from '../shell/result.js';
import { countsText, isUnderWay } from './run-words.js';

it('tells what a run counted, and whether it is still at it', () => {
  expect(countsText({ accounts: 12, newFindings: 0 }, wordsOf)).toBe('Accounts 12, New findings 0');
  expect(countsText({}, wordsOf)).toBe('–');
  expect((['pending', 'running', 'done', 'failed'] as const).map((state) => isUnderWay({ state }))).toEqual([true, true, false, false]);
});
