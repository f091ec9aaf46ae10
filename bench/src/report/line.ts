import { median, rounded, type CpuShares } from '../measure/index.js';

/** What a figure has to be. `must` is what a release holds, `aim` what we want. */
export interface Goal {
  readonly better: 'more' | 'less';
  readonly must: number;
  readonly aim: number;
}

/** One measurement of one side. */
export interface Sample {
  readonly value: number;
  readonly cpu?: CpuShares;
  /** Whatever else is worth a look. */
  readonly details?: Readonly<Record<string, number | string>>;
}

/** Both sides, measured one right after the other. */
export interface Run {
  readonly ours: Sample;
  readonly floor: Sample | undefined;
  readonly disturbed: boolean;
}

export interface Subject {
  readonly row: string;
  /** What is compared, in words. */
  readonly of: string;
  readonly unit: string;
  /** What the floor is, in words; left out where a figure stands for itself. */
  readonly against?: string;
  readonly goal?: Goal;
  /** Default: ours ÷ floor, or ours where there is no floor. */
  readonly figure?: (ours: number, floor: number) => number;
}

/** A row of the report, and a line of the output. */
export interface Line {
  readonly row: string;
  readonly of: string;
  readonly unit: string;
  readonly against: string | null;
  readonly ours: number;
  readonly floor: number | null;
  readonly ratio: number;
  readonly must: string | null;
  readonly aim: string | null;
  readonly holds: boolean | null;
  readonly aim_met: boolean | null;
  readonly runs: readonly object[];
  readonly cpu_pct: CpuShares;
  /** In how many of the runs others used more of the machine than a figure should bear. */
  readonly disturbed: number;
}

const quotient = (ours: number, floor: number): number => (Number.isNaN(floor) ? ours : ours / floor);

function meets(figure: number, goal: Goal, limit: number): boolean {
  return goal.better === 'more' ? figure >= limit : figure <= limit;
}

/** The medians of the runs; the ratio is the median of the runs' own ratios, since neighbours disturb both sides of a run alike. */
export function lineOf(subject: Subject, runs: readonly Run[]): Line {
  const figure = subject.figure ?? quotient;
  const figures = runs.map(({ ours, floor }) => figure(ours.value, floor?.value ?? NaN));
  const floors = runs.flatMap(({ floor }) => (floor ? [floor.value] : []));
  const ratio = median(figures);
  const { goal } = subject;
  const sign = goal?.better === 'more' ? '≥' : '≤';
  return {
    row: subject.row,
    of: subject.of,
    unit: subject.unit,
    against: subject.against ?? null,
    ours: rounded(median(runs.map(({ ours }) => ours.value))),
    floor: floors.length > 0 ? rounded(median(floors)) : null,
    ratio: rounded(ratio),
    must: goal ? `${sign} ${rounded(goal.must)}` : null,
    aim: goal ? `${sign} ${rounded(goal.aim)}` : null,
    holds: goal ? meets(ratio, goal, goal.must) : null,
    aim_met: goal ? meets(ratio, goal, goal.aim) : null,
    runs: runs.map(({ ours, floor, disturbed }, at) => ({
      ours: rounded(ours.value),
      ...(floor ? { floor: rounded(floor.value) } : {}),
      ratio: rounded(figures[at]!),
      ...(ours.details ?? {}),
      ...(disturbed ? { disturbed } : {}),
    })),
    cpu_pct: sharesOf(runs),
    disturbed: runs.filter(({ disturbed }) => disturbed).length,
  };
}

/** Medians of what our side used of the processors. */
function sharesOf(runs: readonly Run[]): CpuShares {
  const names = new Set(runs.flatMap(({ ours }) => Object.keys(ours.cpu ?? {})));
  return Object.fromEntries([...names].map((name) => [name, median(runs.flatMap(({ ours }) => ours.cpu?.[name] ?? []))]));
}
