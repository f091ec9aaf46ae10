import { expect, it } from '@jest/globals';
import { policyText, usualPolicy } from './policy-words.js';

it('says what is done when something is not paid any more, and nothing of what is left alone', () => {
  expect(policyText(usualPolicy)).toBe('unpaid: suspend, refunded: suspend, ended: terminate');
  expect(policyText({ overdue: 'nothing', unpaid: 'nothing', refunded: 'nothing', ended: 'nothing' })).toBe('nothing is done');
});
