import type { FromWorker, JobOrders, SeenCall, ToWorker } from '../messages.js';
/** What a worker knows of the sweep: where each job shall hold, and whom to tell. */
export declare class Watch {
    private readonly tell;
    private readonly orders;
    private readonly passed;
    private readonly held;
    private readonly arming;
    private calls;
    private untold;
    private telling;
    constructor(tell: (message: FromWorker) => void);
    hear(message: ToWorker): void;
    find(jobId: string): JobOrders | undefined;
    isHeld(jobId: string): boolean;
    /** A job has come to a boundary. Never resolves where it shall hold: the process is killed with it there. */
    pass(jobId: string, key: string, boundary: string): Promise<void>;
    passJob(jobId: string, boundary: string): Promise<void>;
    saw(call: SeenCall): void;
    /** Resolves when the fault of that job is armed for calls with that mark. */
    arm(jobId: string, serverId: string, mark: string): Promise<void>;
    private tellSoon;
}
