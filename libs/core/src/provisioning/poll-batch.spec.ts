import { describe, expect, it } from '@jest/globals';
import { done, pending, PanelError, troubled } from '@hostwright/sdk';
import { PollBatch } from './poll-batch.js';
import type { Timers } from './timers.js';

const timers: Timers = {
  passed: () => 0,
  after: () => ({ cancel: () => undefined }),
  soon: (what) => queueMicrotask(what),
  atRest: (what) => queueMicrotask(what),
};

describe('waits that are due together', () => {
  it('are asked for in one call, each told its own answer', async () => {
    const batch = new PollBatch(timers);
    const calls: unknown[] = [];
    const many = (tasks: readonly unknown[]) => {
      calls.push(tasks);
      return Promise.resolve([done('a'), pending(undefined, 5)]);
    };
    const answers = await Promise.all([batch.ask('server step', 1, many), batch.ask('server step', 2, many)]);
    expect([calls, answers]).toEqual([[[1, 2]], [done('a'), pending(undefined, 5)]]);
  });

  it('are no trouble to each other: one that could not be looked at fails alone, as if it had been asked for by itself', async () => {
    const batch = new PollBatch(timers);
    const error = new PanelError('invalid_config', 'the order is not paid');
    const many = () => Promise.resolve([troubled(error), done('b')]);
    const [first, second] = await Promise.allSettled([batch.ask('server step', 1, many), batch.ask('server step', 2, many)]);
    expect(first).toEqual({ status: 'rejected', reason: error });
    expect(second).toEqual({ status: 'fulfilled', value: done('b') });
  });

  it('all fail with a call that fails', async () => {
    const batch = new PollBatch(timers);
    const many = () => Promise.reject(new PanelError('unavailable', 'too many requests'));
    const ended = await Promise.allSettled([batch.ask('server step', 1, many), batch.ask('server step', 2, many)]);
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
