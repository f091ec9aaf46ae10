import { describe, expect, it } from '@jest/globals';
import { TrackedJob, type JobPlan } from './tracked-job.js';

const service = { names: ['customer-1'], domain: 'customer-1.example' } as unknown as TrackedJob['service'];
const job = (run?: JobPlan['run']): TrackedJob => new TrackedJob('1', service, { scenario: 'create', ...(run ? { run } : {}) });
const atTheEnd = { scenario: 'create', key: 'job', boundary: 'after completion', answer: 'ok' } as const;

describe('a job that seems to be over', () => {
  it('is, when nobody waits for it to be killed', () => {
    const one = job();
    one.look(true);
    expect(one.over).toBe(true);
  });

  it('is at the second look when it shall be killed: it may stand at its point, and nobody has heard of it yet', () => {
    const one = job(atTheEnd);
    one.look(true);
    expect([one.over, one.awaited]).toEqual([false, true]);
    one.look(true);
    expect([one.over, one.awaited]).toEqual([true, false]);
  });

  it('is not when it was seen to go on in between', () => {
    const one = job(atTheEnd);
    for (const seems of [true, false, true]) one.look(seems);
    expect(one.over).toBe(false);
  });
});
