import type { RunOutcome } from './batch.js';
import { askingOf, complaintOf, failureLines, verdictLine } from './report.js';
import type { Flaw } from './verdict.js';

/** What a part of the sweep has come to. */
export interface PartVerdict {
  readonly passed: number;
  readonly of: number;
  readonly asking: number;
  readonly flaws: readonly (readonly Flaw[])[];
  /** Something went wrong that belongs to no run. */
  readonly stray: boolean;
}

export interface PartOutcome {
  readonly runs: readonly RunOutcome[];
  readonly strays: readonly Flaw[];
}

/** Names every failure. `command`: what repeats one run of that part; `logged`: the last lines of the workers. */
export function verdictOn({ runs, strays }: PartOutcome, command: string, logged: readonly string[]): PartVerdict {
  const failed = runs.filter((one) => complaintOf(one) !== undefined);
  for (const line of failureLines(runs, (id) => `${command} -- --only '${id}'`)) console.log(line);
  for (const { kind, what } of strays) console.log(`FAILED beside the runs: ${kind}: ${what}`);
  if (failed.length > 0) for (const line of logged.slice(-20)) console.log(line);
  const flaws = [...runs.map((run) => run.flaws), strays];
  return { passed: runs.length - failed.length, of: runs.length, asking: askingOf(runs), flaws, stray: strays.length > 0 };
}

/** All parts together. */
export function sumOf(parts: readonly PartVerdict[]): PartVerdict {
  const sum = (numberOf: (part: PartVerdict) => number): number => parts.reduce((whole, part) => whole + numberOf(part), 0);
  return {
    passed: sum(({ passed }) => passed),
    of: sum(({ of }) => of),
    asking: sum(({ asking }) => asking),
    flaws: parts.flatMap(({ flaws }) => flaws),
    stray: parts.some(({ stray }) => stray),
  };
}

export function lineOf({ passed, of, flaws, asking }: PartVerdict): string {
  return verdictLine(passed, of, flaws, asking);
}
