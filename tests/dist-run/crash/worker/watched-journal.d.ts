import { Journal, type HeldJob, type Job, type JobTurn, type StepEntry, type StepRow, type StepState, type Succession } from '@hostwright/core';
import type { Watch } from './watch.js';
/** The journal, with a boundary before every intent and after every write. The shipped one does the work. */
export declare class WatchedJournal extends Journal {
    private readonly inner;
    private readonly watch;
    private readonly states;
    constructor(inner: Journal, watch: Watch);
    /** What was last written of a step. */
    stateOf(jobId: string, key: string): StepState | undefined;
    /** How often the end of a wait was looked for in vain. */
    pollsOf(jobId: string, key: string): number;
    /** True when nothing was written of the step yet. */
    isUnwritten(jobId: string, key: string): boolean;
    register(name: string, leaseMs: number): Promise<string>;
    renew(workerId: string, leaseMs: number): Promise<boolean>;
    leave(workerId: string): Promise<void>;
    /** A job that holds is claimed, or was, and never reaches the engine: a claim holds up no other. */
    claim(workerId: string, limit: number): Promise<readonly Job[]>;
    load(jobIds: readonly string[]): Promise<ReadonlyMap<string, readonly StepRow[]>>;
    writeStep(entry: StepEntry): Promise<{
        readonly stopRequested: boolean;
    }>;
    writeTurn(turn: JobTurn): Promise<void>;
    succession(jobId: string): Promise<Succession>;
    held(workerId: string): Promise<readonly HeldJob[]>;
    giveBack(jobs: readonly HeldJob[]): Promise<void>;
    sweep(): Promise<number>;
    /** Between two polls the job is a row; what waits in it is at rest there. */
    private passParked;
}
