import { describe, expect, it } from '@jest/globals';
import { componentState, moveService, serviceStates, type ServiceState } from './service.js';

const since = new Date('2026-01-01T00:00:00Z');
const now = new Date('2026-02-01T00:00:00Z');
const aService = (state: ServiceState) => ({ id: '7', state, stateSince: since });

describe('moving a service from one state to another', () => {
  it.each(['pending', 'active', 'suspended', 'cancelled'] as const)('never brings a terminated service back to %s', (to) => {
    expect(() => moveService(aService('terminated'), to, now)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  it('never suspends what was not delivered', () => {
    expect(() => moveService(aService('pending'), 'suspended', now)).toThrow('service 7 is pending, it cannot become suspended');
  });

  it('notes when the state began and leaves the service it was given alone', () => {
    const before = aService('active');
    expect(moveService(before, 'suspended', now)).toEqual({ id: '7', state: 'suspended', stateSince: now });
    expect(before.state).toBe('active');
  });
});

describe('a component', () => {
  it('is there once it was made, whatever its service is meanwhile, and gone with it', () => {
    const of = (remoteId: string | null) => serviceStates.map((state) => componentState({ remoteId }, state));
    expect(of(null)).toEqual(['awaited', 'awaited', 'awaited', 'gone', 'gone']);
    expect(of('vm 900')).toEqual(['made', 'made', 'made', 'gone', 'gone']);
  });
});
