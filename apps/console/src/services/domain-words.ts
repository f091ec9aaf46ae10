import type { Domain } from '../api/index.js';

type Standing = Pick<Domain, 'state' | 'lookAt' | 'failure'>;

/** A domain's state as people read it. */
export function domainStateText({ state, lookAt, failure }: Standing): string {
  switch (state) {
    case 'adding':
      return lookAt === null ? 'Being added' : 'Waits for its DNS';
    case 'active':
      return 'Active';
    case 'removing':
      return 'Being removed';
    case 'gone':
      return failure === null ? 'Removed' : 'Not added';
  }
}

/**
 * What may be asked for a domain: `look` at its DNS at once, `add` it again after it failed, `remove` it; again, while a removal that
 * failed has left it as it was.
 */
export function domainActions({ state, lookAt, failure }: Standing): readonly ('look' | 'add' | 'remove')[] {
  if (state === 'gone') return failure === null ? [] : ['add'];
  return state === 'adding' && lookAt !== null ? ['look', 'remove'] : ['remove'];
}
