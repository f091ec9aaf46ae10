import { describe, expect, it } from '@jest/globals';
import { Atlas } from './atlas.js';
import { answers, nowhere, type Answer } from './crash-run.js';
import type { Aim } from './messages.js';
import { lateLooksOf, sharedSightingsOf, sightingsOf } from './sightings.js';
import { TrackedJob } from './tracked-job.js';

const scenario = 'things: create';
const key = 'it / make';
const change: Aim = { key, phase: 'run', shape: 'POST /things' };

/** What a job that passed those boundaries of the step has shown, its provider answering that call so. */
function shown(answer: Answer, ...boundaries: string[]): string[] {
  return shownAt(change, answer, boundaries);
}

function shownAt(aim: Aim, answer: Answer, boundaries: readonly string[], isBlind = false): string[] {
  const job = jobThatPassed(boundaries, aim, answer);
  if (isBlind) job.blind.add(key);
  return sightingsOf(job, atlasOf(aim)).map(({ boundary }) => boundary);
}

function jobThatPassed(boundaries: readonly string[], aim: Aim, answer: Answer): TrackedJob {
  const service = { names: ['customer-1'], domain: 'customer-1.example' } as unknown as TrackedJob['service'];
  const job = new TrackedJob('1', service, { scenario, run: { scenario, key, boundary: nowhere, answer }, aim });
  job.passed.push(...boundaries.map((boundary) => ({ key, boundary })));
  return job;
}

function atlasOf(aim: Aim): Atlas {
  const atlas = new Atlas();
  atlas.setAim(scenario, key, aim);
  return atlas;
}

describe('where a job may be killed', () => {
  it('is wherever it has come to', () => {
    expect(shown('ghost_success', 'before call', 'after record of doubt', 'after record')).toEqual([
      'before call',
      'after record of doubt',
      'after record',
    ]);
    expect(shown('malformed', 'after record of trouble')).toEqual(['after record of trouble']);
  });

  it('is nowhere that only a kept connection has led to', () => {
    const read: Aim = { ...change, shape: 'GET /things' };
    for (const chance of ['after record of trouble', 'after record of doubt'])
      expect(shownAt(read, 'lost_reply', [chance, 'after record'])).toEqual(['after record']);
    expect(shownAt({ ...read, phase: 'find' }, 'lost_reply', ['after record of trouble'])).toEqual(['after record of trouble']);
  });

  it('is nowhere from where a blind step would not come to the call that is to go wrong', () => {
    const passed = ['before intent', 'after intent', 'after record'];
    expect(shownAt(change, 'ghost_success', passed, true)).toEqual(['before intent', 'after record']);
    expect(shownAt(change, 'ok', passed, true)).toEqual(passed);
    expect(shownAt(change, 'ghost_success', passed)).toEqual(passed);
  });

  it('is nowhere that only the trouble of its neighbours has led to', () => {
    expect(shown('lost_reply', 'after record of trouble', 'after record of doubt', 'after record')).toEqual([
      'after record of doubt',
      'after record',
    ]);
    expect(shown('ok', 'after record of trouble', 'after record of doubt', 'after record')).toEqual(['after record']);
  });
});

describe('where several jobs may be killed', () => {
  it('is where two of them have come to, not what one alone met by chance, however often', () => {
    const ways = [['before call', 'after record'], ['before call', 'after claim', 'after claim', 'after record'], ['before call']];
    const jobs = ways.map((way) => jobThatPassed(way, change, 'ok'));
    expect(sharedSightingsOf(jobs, atlasOf(change)).map(({ boundary }) => boundary)).toEqual(['before call', 'after record']);
  });
});

describe('late looks', () => {
  /** Every wrong answer to the step, twice, where that step was in doubt. */
  const seen = (doubtful: string, aim = change) =>
    lateLooksOf(
      answers
        .filter((answer) => answer !== 'ok')
        .flatMap((answer) => [answer, answer])
        .map((answer) => {
          const service = { names: [], domain: '' } as unknown as TrackedJob['service'];
          const job = new TrackedJob('1', service, { scenario, run: { scenario, key, boundary: nowhere, answer }, aim });
          job.passed.push({ key: doubtful, boundary: 'after record of doubt' }, { key: 'job', boundary: 'before late look 1' });
          return job;
        }),
    );

  it('are those of a step that was in doubt, not of one beside which another was', () => {
    expect(new Set(seen(key).map(({ boundary }) => boundary))).toEqual(new Set(['before late look 1']));
    expect(seen('it / other')).toEqual([]);
    expect(seen(key, { ...change, shape: 'GET /things' })).toEqual([]);
  });
});
