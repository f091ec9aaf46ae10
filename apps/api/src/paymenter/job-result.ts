import type { JobOutcome } from '@hostwright/core';
import { PanelError, type ErrorCode, type Json } from '@hostwright/sdk';

/** Failures that callers can do something about; the rest is for our staff. */
const forCallers: readonly (ErrorCode | 'stopped' | 'bug')[] = ['invalid_input', 'conflict', 'not_found', 'unavailable'];

/** What a job that is over has answered, to whoever waited for it. Throws what it failed with; `conflict` when something else came before it. */
export function resultOf({ state, result, failure }: JobOutcome): Json | null {
  if (state === 'completed') return result;
  if (state === 'superseded' || failure?.code === 'stopped' || (state === 'cancelled' && !failure))
    throw new PanelError('conflict', 'something else was asked for meanwhile, so this was not done');
  const { code, message } = failure ?? { code: 'rejected', message: `the job is ${state}` };
  throw new PanelError(forCallers.includes(code) ? (code as ErrorCode) : 'rejected', message);
}
