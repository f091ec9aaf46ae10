import type { Line } from '../terminal/index.js';
import { planOf, type JobView } from './job-view.js';
import { seconds } from './progress-list.js';

/** When each step began after the job did, how long it took, and how often the provider was asked meanwhile. */
export function timingTable(job: JobView): readonly Line[] {
  const began = Date.parse(job.startedAt ?? job.createdAt);
  const rows = planOf(job).map(({ title, depth, state, startedAt, finishedAt, step }): Line => {
    const name = `${'  '.repeat(depth)}${title}`.padEnd(36);
    if (startedAt === undefined) return ['  ', name, [state, 'dim']];
    const took = finishedAt === undefined ? state : seconds(finishedAt - startedAt);
    const polls = step && step.polls > 0 ? `${step.polls} polls` : '';
    const attempts = step && step.attempts > 0 ? `${step.attempts} repeated` : '';
    return [
      '  ',
      name,
      seconds(startedAt - began).padStart(8),
      took.padStart(10),
      ['  ' + [polls, attempts].filter(Boolean).join(', '), 'dim'],
    ];
  });
  const total = job.finishedAt === null ? '' : seconds(Date.parse(job.finishedAt) - began);
  return [
    ['  ', [`${'step'.padEnd(36)}${'began'.padStart(8)}${'took'.padStart(10)}`, 'dim']],
    ...rows,
    ['  ', ['all'.padEnd(36), 'bold'], ''.padStart(8), [total.padStart(10), 'bold']],
  ];
}
