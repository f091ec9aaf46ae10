import type { RunOutcome } from './batch.js';
import { type CrashRun } from './crash-run.js';
import { type Flaw } from './verdict.js';
/** The verdict on many runs, as one line. */
export declare function verdictLine(passed: number, of: number, flaws: readonly (readonly Flaw[])[]): string;
/** Why a run proves nothing, or that something is wrong; undefined when all is well. */
export declare function complaintOf({ reached, answered, flaws }: RunOutcome): string | undefined;
export declare function failureLines(outcomes: readonly RunOutcome[], again: (id: string) => string): string[];
/** What cannot be met, counted by boundary and answer. */
export declare function inapplicableLines(runs: readonly CrashRun[]): string[];
