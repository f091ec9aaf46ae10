import { describe, expect, it } from '@jest/globals';
import { jobForCustomer } from './customer-job.js';
import type { JobDetails, JobStepView } from './job-history.js';

const at = new Date(0);
const aStep = (key: string, over: Partial<JobStepView> = {}): JobStepView => ({
  key,
  position: 1,
  state: 'done',
  serverId: '1',
  claim: 'vmid 900 at node7.internal',
  output: { node: 'node7.internal' },
  error: null,
  attempts: 0,
  polls: 0,
  unknown: false,
  waitFor: 'permit:1:tasks',
  wakeAt: null,
  startedAt: at,
  finishedAt: at,
  ...over,
});
const aJob = (over: Partial<JobDetails> = {}): JobDetails => ({
  id: '7',
  serviceId: '3',
  operation: 'deleteBackup',
  state: 'in_progress',
  phase: 'forward',
  requestedBy: 'customer:2',
  percentage: 50,
  failure: null,
  createdAt: at,
  startedAt: at,
  finishedAt: null,
  stopRequestedAt: null,
  wakeAt: at,
  components: [{ name: 'site', extension: 'x', version: '1.0.0', serverId: '1', steps: ['make', 'publish', 'check'] }],
  steps: [],
  events: [],
  result: null,
  ...over,
});
const stepsOf = (...steps: JobStepView[]) => jobForCustomer(aJob({ steps }), true).steps.map(({ name, state }) => `${name}: ${state}`);

describe('a job as its customer sees it', () => {
  it('holds nothing of servers, claims, outputs, errors or who did it', () => {
    const error = { code: 'rejected', message: 'node7.internal refused the token' } as const;
    const job = aJob({
      state: 'failed',
      phase: 'looking',
      requestedBy: 'staff:1',
      failure: error,
      steps: [aStep('site / make', { state: 'failed', error }), aStep('site / publish / create record at ns.internal')],
      events: [
        { number: 1, at, type: 'error', stepKey: 'site / make', step: 1, total: 3, percentage: 0, message: 'make: node7.internal refused' },
        {
          number: 2,
          at,
          type: 'progress',
          stepKey: 'site / check',
          step: 3,
          total: 3,
          percentage: 0,
          message: 'check: not needed, node7.internal is alone',
        },
      ],
    });
    const text = JSON.stringify(jobForCustomer(job, true));
    expect(text).not.toMatch(/internal|token|permit|staff:|vmid|extension|phase/);
  });

  it.each([
    ['conflict', 'customer:2', 'deleteBackup', 'the plan allows 3 backups'],
    ['not_found', 'customer:2', 'addDomain', 'the plan allows 3 backups'],
    ['rejected', 'customer:2', 'deleteBackup', 'this could not be done; our staff know about it'],
    ['conflict', 'customer:2', 'removeDomain', 'this could not be done; our staff know about it'],
    ['conflict', 'staff:1', 'deleteBackup', 'this could not be done; our staff know about it'],
    ['stopped', 'staff:1', 'deleteBackup', 'it was stopped'],
  ] as const)('tells of a failure %s of what %s asked for, %s: %#', (code, requestedBy, operation, message) => {
    const failure = { code, message: 'the plan allows 3 backups' };
    expect(jobForCustomer(aJob({ failure, requestedBy, operation }), true).failure?.message).toBe(message);
  });

  it('names the declared steps with what their parts amount to, and those to come while it goes on', () => {
    expect(stepsOf()).toEqual(['make: planned', 'publish: planned', 'check: planned']);
    expect(stepsOf(aStep('site / make'), aStep('site / publish / a'), aStep('site / publish / b', { state: 'waiting' }))).toEqual([
      'make: done',
      'publish: under_way',
      'check: planned',
    ]);
    expect(stepsOf(aStep('site / publish / a'), aStep('site / publish / b', { state: 'parked' }))).toContain('publish: under_way');
    expect(stepsOf(aStep('site / publish / a', { state: 'skipped' }))).toContain('publish: skipped');
    expect(jobForCustomer(aJob({ phase: 'undoing', steps: [aStep('site / make', { state: 'undone' })] }), true).steps).toEqual([
      { component: 'site', name: 'make', state: 'undone' },
    ]);
  });

  it('has a result only where customers are shown the action', () => {
    const job = aJob({ state: 'completed', phase: 'ended', result: { backups: [] } });
    expect(jobForCustomer(job, true).result).toEqual({ backups: [] });
    expect(jobForCustomer(job, false).result).toBeNull();
  });
});
