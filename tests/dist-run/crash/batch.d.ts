import type { CrashRun } from './crash-run.js';
import { type Installation } from './installation.js';
import type { KillRounds, RoundsOptions } from './kill-rounds.js';
import { TrackedJob, type JobPlan } from './tracked-job.js';
import { type Flaw } from './verdict.js';
/** What one service goes through. */
export interface ServicePlan {
    readonly first: JobPlan;
    /** Of a site that stands at last. */
    readonly terminate?: JobPlan;
}
export interface RunOutcome {
    readonly run: CrashRun;
    /** Its worker was killed at that very point. */
    readonly reached: boolean;
    /** Its provider answered as the run says. */
    readonly answered: boolean;
    readonly flaws: readonly Flaw[];
}
export interface BatchOutcome {
    readonly runs: readonly RunOutcome[];
    readonly jobs: readonly TrackedJob[];
    /** What went wrong and belongs to no run. */
    readonly strays: readonly Flaw[];
    readonly kills: number;
}
/** Lets services be built, and torn down, by workers that are killed, and judges what is there afterwards. */
export declare function carryOut(installation: Installation, rounds: KillRounds, plans: readonly ServicePlan[], options: RoundsOptions): Promise<BatchOutcome>;
