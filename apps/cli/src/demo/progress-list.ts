import type { Line, Piece } from '../terminal/index.js';
import { planOf, type JobView, type PlanRow } from './job-view.js';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const spinnerMs = 100;
const barWidth = 30;
const titleWidth = 34;

/** The progress list of a job at a moment, a line per step and a bar. `now` in milliseconds since 1970. */
export function progressList(job: JobView, now: number): readonly Line[] {
  const rows = planOf(job).map((row): Line => [
    '  ',
    ...(row.depth === 0 ? [] : ['  ']),
    mark(row, now),
    ' ',
    title(row),
    ...time(row, now),
    ...trouble(row),
  ]);
  const filled = Math.round((barWidth * job.percentage) / 100);
  const began = Date.parse(job.startedAt ?? job.createdAt);
  const end = job.finishedAt === null ? now : Date.parse(job.finishedAt);
  return [
    ...rows,
    ['  ', ['█'.repeat(filled), 'green'], ['░'.repeat(barWidth - filled), 'dim'], ` ${job.percentage} %  `, [seconds(end - began), 'dim']],
  ];
}

export function seconds(ms: number): string {
  return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
}

function mark({ state }: PlanRow, now: number): Piece {
  switch (state) {
    case 'planned':
      return ['·', 'dim'];
    case 'done':
      return ['✔', 'green'];
    case 'skipped':
      return ['–', 'dim'];
    case 'failed':
      return ['✖', 'red'];
    case 'undone':
    case 'dropped':
      return ['↩', 'yellow'];
    default:
      return [spinner[Math.floor(now / spinnerMs) % spinner.length] ?? '', 'cyan'];
  }
}

function title({ title: text, depth, state }: PlanRow): Piece {
  const shown = text.padEnd(titleWidth - 2 * depth);
  return state === 'planned' || state === 'skipped' ? [shown, 'dim'] : shown;
}

function time({ startedAt, finishedAt }: PlanRow, now: number): readonly Piece[] {
  return startedAt === undefined ? [] : [[seconds((finishedAt ?? now) - startedAt).padStart(8), 'dim']];
}

/** Why it is not going on, while it is not. */
function trouble({ step, state }: PlanRow): readonly Piece[] {
  if (!step?.error || state === 'done') return [];
  return ['  ', [step.error.message, state === 'failed' ? 'red' : 'yellow']];
}
