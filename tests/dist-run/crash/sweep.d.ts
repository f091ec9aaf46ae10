import type { Atlas } from './atlas.js';
import { type RunOutcome } from './batch.js';
import { type Choose } from './choices.js';
import { type CrashRun } from './crash-run.js';
import type { Installation } from './installation.js';
import type { KillRounds } from './kill-rounds.js';
import type { Flaw } from './verdict.js';
export interface SweepOutcome {
    readonly runs: readonly RunOutcome[];
    readonly strays: readonly Flaw[];
    readonly kills: number;
}
export interface SweepOptions {
    readonly choose: Choose;
    readonly progress: (line: string) => void;
    /** Also what turns out, on the way, to be there to be met. */
    readonly whole: boolean;
}
/** Carries out every run, batch by batch. */
export declare function sweep(installation: Installation, rounds: KillRounds, atlas: Atlas, runs: readonly CrashRun[], { choose, progress, whole }: SweepOptions): Promise<SweepOutcome>;
