import { describe, expect, it } from '@jest/globals';
import { componentState, serviceStates } from './service.js';

describe('a component', () => {
  it('is there once it was made, whatever its service is meanwhile, and gone with it', () => {
    const of = (remoteId: string | null) => serviceStates.map((state) => componentState({ remoteId }, state));
    expect(of(null)).toEqual(['awaited', 'awaited', 'awaited', 'gone', 'gone']);
    expect(of('vm 900')).toEqual(['made', 'made', 'made', 'gone', 'gone']);
  });
});
