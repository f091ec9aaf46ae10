import type { TriggerMapping } from '../api/index.js';

export type PolicyCase = keyof TriggerMapping['policy'];

/** When it is not paid any more, in the order in which that goes. */
export const policyLabels: Readonly<Record<PolicyCase, string>> = {
  overdue: 'A payment failed and is tried again',
  unpaid: 'It failed for good, or is paused',
  refunded: 'All that was paid went back',
  ended: 'It was cancelled or has run out',
};

export const actionLabels = { nothing: 'Do nothing', suspend: 'Suspend', terminate: 'Terminate' } as const;

/** What a mapping does unless somebody says otherwise, as the panel has it. */
export const usualPolicy: TriggerMapping['policy'] = { overdue: 'nothing', unpaid: 'suspend', refunded: 'suspend', ended: 'terminate' };

/** A policy on a line: what is done in which case, without what is left alone. */
export function policyText(policy: TriggerMapping['policy']): string {
  const done = (Object.keys(policyLabels) as PolicyCase[]).filter((when) => policy[when] !== 'nothing');
  return done.map((when) => `${when}: ${policy[when]}`).join(', ') || 'nothing is done';
}
