import { describe, expect, it } from '@jest/globals';
import { TrackedJob } from '../tracked-job.js';
import type { JobFacts, OpenTask } from '../verdict.js';
import { BlindSteps } from './blind-steps.js';

const scenario = 'certificates: create';
const order = 'certificate / order';
const job = (): TrackedJob =>
  new TrackedJob('1', { names: ['customer-1'], domain: 'customer-1.example' } as unknown as TrackedJob['service'], { scenario });
const task = (more: Partial<OpenTask> = {}): OpenTask => ({ kind: 'decide', step: order, title: '', detail: '', ...more });
const facts = (more: Partial<JobFacts> = {}): JobFacts => ({ state: 'needs_operator', tasks: [task()], ...more }) as JobFacts;

describe('a job that asks a person', () => {
  const steps = new BlindSteps();
  const undisturbed = job();
  undisturbed.blind.add(order);
  steps.learn(undisturbed);

  it('rightly does so about a step that its module declares to be blind', () => {
    expect(steps.isWhyItAsks(job(), facts())).toBe(true);
  });

  it('has them known by the deed and the step', () => {
    expect([steps.has(scenario, order), steps.has(scenario, 'certificate / confirm'), steps.has('certificates: reissue', order)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['about another step', facts({ tasks: [task({ step: 'certificate / confirm' })] })],
    ['about the job as a whole', facts({ tasks: [task({ step: '' })] })],
    ['about something else besides', facts({ tasks: [task(), task({ kind: 'not_undone' })] })],
    ['for another reason', facts({ tasks: [task({ kind: 'extension' })] })],
    ['and is not stopped by it', facts({ state: 'completed' })],
    ['without a task', facts({ tasks: [] })],
  ])('does not do so rightly %s', (_, seen) => {
    expect(steps.isWhyItAsks(job(), seen)).toBe(false);
  });

  it('does not do so rightly in a deed in which no such step was seen', () => {
    const other = new TrackedJob('1', job().service, { scenario: 'certificates: reissue' });
    expect(steps.isWhyItAsks(other, facts())).toBe(false);
  });
});
