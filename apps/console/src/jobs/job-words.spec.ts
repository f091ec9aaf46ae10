import { describe, expect, it } from '@jest/globals';
import type { JobDetails } from '../api/index.js';
import { actionsFor, heldUp, isEnded, isJobState, isOpenStep, jobStateLabels, plannedSteps } from './job-words.js';

const may = (
  state: keyof typeof jobStateLabels,
  { phase = 'forward', operation = 'create', stopRequestedAt = null, failure = null }: Partial<Parameters<typeof actionsFor>[0]> = {},
) =>
  Object.entries(actionsFor({ state, phase, operation, stopRequestedAt, failure }))
    .filter(([, allowed]) => allowed)
    .map(([action]) => action);

describe('what staff may do about a job', () => {
  it('is everything when it waits for a person', () => {
    expect(may('needs_operator')).toEqual(['retry', 'skip', 'rollBack', 'markResolved']);
  });

  it('is to start a create over that met what is somebody else’s, and no other job', () => {
    const failure = { code: 'not_owned', message: 'container 905 is somebody else’s' };
    expect(may('needs_operator', { failure })).toContain('startOver');
    expect(may('needs_operator', { failure, phase: 'settling' })).toContain('startOver');
    const others = [
      { failure, operation: 'suspend' },
      { failure, phase: 'undoing' },
      { failure: { ...failure, code: 'rejected' } },
    ] as const;
    for (const other of others) expect(may('needs_operator', other)).not.toContain('startOver');
    expect(may('failed', { failure })).not.toContain('startOver');
  });

  it('is to stop it while it goes on by itself', () => {
    for (const state of ['pending', 'in_progress', 'waiting'] as const) expect(may(state)).toEqual(['rollBack']);
    expect(may('in_progress', { stopRequestedAt: '2026-01-01T00:00:00Z' })).toEqual([]);
  });

  it('is to start a failed create anew, and of others only to say that they were seen to', () => {
    expect(may('failed')).toEqual(['retry', 'markResolved']);
    expect(may('failed', { operation: 'suspend' })).toEqual(['markResolved']);
  });

  it('is nothing when it is over, except while what it left in doubt is still looked for', () => {
    for (const state of ['completed', 'cancelled', 'superseded', 'rolling_back'] as const) expect(may(state)).toEqual([]);
    expect(may('cancelled', { phase: 'looking' })).toEqual(['markResolved']);
  });
});

describe('the states of a job', () => {
  it('come from an address only when they are known', () => {
    expect(isJobState('needs_operator')).toBe(true);
    for (const other of ['toString', 'constructor', '', undefined, 5, ['failed']]) expect(isJobState(other)).toBe(false);
  });

  it('know which are its last', () => {
    expect(Object.keys(jobStateLabels).filter((state) => isEnded(state as keyof typeof jobStateLabels))).toEqual([
      'completed',
      'failed',
      'cancelled',
      'superseded',
    ]);
  });
});

it('only offers to skip a step that has not come to an end', () => {
  const open = (['parked', 'intended', 'waiting', 'done', 'failed', 'skipped', 'dropped', 'undoing', 'undone'] as const).filter((state) =>
    isOpenStep({ state }),
  );
  expect(open).toEqual(['parked', 'intended', 'waiting', 'failed', 'undoing']);
});

describe('what a job has still to do', () => {
  const component = { name: 'site', extension: 'x', version: '1.0.0', serverId: '1', steps: ['make', 'publish', 'publish more', 'check'] };
  const begun = (key: string) => ({ key }) as JobDetails['steps'][number];

  it('is what it declared and has not begun, whatever the begun steps are made of', () => {
    const steps = [begun('site / make'), begun('site / publish / create record')];
    expect(plannedSteps({ state: 'in_progress', phase: 'forward', components: [component], steps })).toEqual([
      'site / publish more',
      'site / check',
    ]);
  });

  it('is nothing once it ended or goes back', () => {
    for (const [state, phase] of [
      ['completed', 'ended'],
      ['failed', 'looking'],
      ['waiting', 'settling'],
      ['rolling_back', 'undoing'],
    ] as const) {
      expect(plannedSteps({ state, phase, components: [component], steps: [] })).toEqual([]);
    }
  });
});

describe('what holds a job up', () => {
  const step = (part: object) =>
    ({ key: 'site / create', state: 'intended', error: null, waitFor: null, ...part }) as JobDetails['steps'][number];
  const error = { code: 'invalid_config', message: 'the token was refused' };

  it('is told of each open step that has a reason, while the job waits', () => {
    const steps = [
      step({ error }),
      step({ key: 'zone / publish', state: 'parked', waitFor: 'permit:5:orders' }),
      step({ key: 'mail / make' }),
    ];
    expect(heldUp({ state: 'waiting', steps })).toEqual([
      { key: 'site / create', reason: 'the token was refused' },
      { key: 'zone / publish', reason: 'waits for its turn at server #5: as many are under way as it takes (orders)' },
    ]);
  });

  it('is nothing of a step that went well after all, nor of a job that works or has ended', () => {
    expect(heldUp({ state: 'waiting', steps: [step({ state: 'done', error })] })).toEqual([]);
    for (const state of ['in_progress', 'needs_operator', 'failed'] as const)
      expect(heldUp({ state, steps: [step({ error })] })).toEqual([]);
  });
});
