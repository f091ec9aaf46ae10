import type { RunOutcome } from './batch.js';
import { idOf, type CrashRun } from './crash-run.js';
import { flawKinds, type Flaw, type FlawKind } from './verdict.js';

/** The verdict on many runs, as one line. `asking`: how many of those that passed did so as their job rightly asks a person. */
export function verdictLine(passed: number, of: number, flaws: readonly (readonly Flaw[])[], asking = 0): string {
  const count = (kind: FlawKind): number => flaws.filter((ones) => ones.some((flaw) => flaw.kind === kind)).length;
  const asked = asking === 0 ? '' : ` asks a person ${asking}`;
  return `runs ${passed} of ${of} ${flawKinds.map((kind) => `${kind} ${count(kind)}`).join(' ')}${asked}`;
}

/** How many are as they should be and ask a person, as their module says that only one can tell. */
export function askingOf(outcomes: readonly RunOutcome[]): number {
  return outcomes.filter((outcome) => outcome.asks && complaintOf(outcome) === undefined).length;
}

/** Why a run proves nothing, or that something is wrong; undefined when all is well. */
export function complaintOf({ reached, answered, flaws }: RunOutcome): string | undefined {
  const complaints = [
    ...flaws.map(({ kind, what }) => `${kind}: ${what}`),
    ...(reached ? [] : ['not met: it never came to that boundary']),
    ...(answered ? [] : ['not met: its provider never answered so']),
  ];
  return complaints.length === 0 ? undefined : complaints.join('; ');
}

export function failureLines(outcomes: readonly RunOutcome[], again: (id: string) => string): string[] {
  return outcomes.flatMap((outcome) => {
    const complaint = complaintOf(outcome);
    const id = idOf(outcome.run);
    return complaint === undefined ? [] : [`FAILED ${id}`, `    ${complaint}`, `    alone: ${again(id)}`];
  });
}

/** What cannot be met, counted by boundary and answer. */
export function inapplicableLines(runs: readonly CrashRun[]): string[] {
  const counts = new Map<string, number>();
  for (const { boundary, answer } of runs) counts.set(`${boundary} :: ${answer}`, (counts.get(`${boundary} :: ${answer}`) ?? 0) + 1);
  return [...counts].sort().map(([kind, count]) => `  ${String(count).padStart(3)} ${kind}`);
}
