import { describe, expect, it } from '@jest/globals';
import { eventsShown, mayReplay } from './event-words.js';

describe('which events are shown', () => {
  it('comes of the address, without what it cannot name', () => {
    expect(eventsShown({ state: 'failed', serverId: 7, subject: 'sub_1' })).toEqual({ state: 'failed', serverId: '7', subject: 'sub_1' });
    expect(eventsShown({ state: 'toString', serverId: '7; DROP', subject: '' })).toEqual({});
    expect(eventsShown({ subject: 'x'.repeat(256) })).toEqual({});
    expect(eventsShown({ subject: 90071992 })).toEqual({ subject: '90071992' });
    expect(eventsShown({})).toEqual({});
  });
});

describe('an event', () => {
  it('is replayed when it is of something, and nothing looks at that anyway', () => {
    expect(mayReplay({ subject: 'sub_1', state: 'failed' })).toBe(true);
    expect(mayReplay({ subject: 'sub_1', state: 'done' })).toBe(true);
    expect(mayReplay({ subject: 'sub_1', state: 'pending' })).toBe(false);
    expect(mayReplay({ subject: null, state: 'done' })).toBe(false);
  });
});
