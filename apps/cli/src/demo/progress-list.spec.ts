import { describe, expect, it } from '@jest/globals';
import { plain } from '../terminal/index.js';
import { planOf, type JobStepView, type JobView } from './job-view.js';
import { progressList } from './progress-list.js';
import { timingTable } from './timing-table.js';

const began = Date.parse('2030-01-31T12:00:00Z');
const at = (seconds: number): string => new Date(began + seconds * 1000).toISOString();

function aStep(key: string, state: string, from: number, to?: number, more: Partial<JobStepView> = {}): JobStepView {
  return { key, state, error: null, attempts: 0, polls: 0, startedAt: at(from), finishedAt: to === undefined ? null : at(to), ...more };
}

function aJob(change: Partial<JobView> = {}): JobView {
  return {
    id: '1',
    serviceId: '1',
    operation: 'create',
    state: 'in_progress',
    percentage: 50,
    failure: null,
    createdAt: at(0),
    startedAt: at(0),
    finishedAt: null,
    components: [{ name: 'site', steps: ['make', 'publish name', 'look'] }],
    steps: [],
    ...change,
  };
}

const lines = (job: JobView, now: number): string[] =>
  progressList(job, began + now * 1000).map((line) => plain(line).trimEnd().replace(/ {2,}/g, ' '));

describe('the progress list', () => {
  it('shows the whole plan before anything has begun', () => {
    expect(lines(aJob({ percentage: 0 }), 0)).toEqual([' · make', ' · publish name', ' · look', ` ${'░'.repeat(30)} 0 % 0.0 s`]);
  });

  it('shows what is done, what is under way and what a step consists of', () => {
    const steps = [
      aStep('site / make', 'done', 0, 2),
      aStep('site / publish name / find zone', 'done', 2, 2.5),
      aStep('site / publish name / create record', 'waiting', 2.5),
    ];
    const shown = lines(aJob({ steps }), 4);
    expect(shown[0]).toBe(' ✔ make 2.0 s');
    expect(shown[1]).toMatch(/^ \S publish name 2\.0 s$/);
    expect(shown[2]).toBe(' ✔ find zone 0.5 s');
    expect(shown[3]).toMatch(/^ \S create record 1\.5 s$/);
    expect(shown[4]).toBe(' · look');
  });

  it('says why a step does not go on, and forgets it once it did', () => {
    const error = { code: 'unavailable', message: 'too many requests' };
    expect(lines(aJob({ steps: [aStep('site / make', 'parked', 0, undefined, { error })] }), 1)[0]).toContain('too many requests');
    expect(lines(aJob({ steps: [aStep('site / make', 'done', 0, 1, { error })] }), 1)[0]).not.toContain('too many requests');
  });

  it('marks what failed and what was undone', () => {
    const steps = [
      aStep('site / make', 'undone', 0, 1),
      aStep('site / publish name', 'failed', 1, 2, { error: { code: 'rejected', message: 'no' } }),
    ];
    expect(lines(aJob({ steps }), 3).slice(0, 2)).toEqual([' ↩ make 1.0 s', ' ✖ publish name 1.0 s no']);
  });

  it('names the component when there are several, and shows repetitions', () => {
    const components = [
      { name: 'a', steps: ['make'] },
      { name: 'b', steps: ['make'] },
    ];
    const titles = planOf({
      components,
      steps: [aStep('b / make', 'done', 0, 1), aStep('b / make / example.net', 'done', 0, 1), aStep('b / extra', 'done', 0, 1)],
    });
    expect(titles.map(({ title, depth }) => [title, depth])).toEqual([
      ['a: make', 0],
      ['b: make', 0],
      ['example.net', 1],
      ['b / extra', 0],
    ]);
  });
});

describe('the timing table', () => {
  it('says when each step began and how long it took', () => {
    const steps = [aStep('site / make', 'done', 0.5, 2, { polls: 3, attempts: 1 }), aStep('site / look', 'skipped', 2, 2)];
    const rows = timingTable(aJob({ state: 'completed', finishedAt: at(5), steps })).map((line) =>
      plain(line).trim().replace(/ {2,}/g, ' '),
    );
    expect(rows).toEqual([
      'step began took',
      'make 0.5 s 1.5 s 3 polls, 1 repeated',
      'publish name planned',
      'look 2.0 s 0.0 s',
      'all 5.0 s',
    ]);
  });
});
