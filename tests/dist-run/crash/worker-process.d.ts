import type { FromWorker, ToWorker } from './messages.js';
/** A worker in a process of its own, which can be killed for real. */
export declare class WorkerProcess {
    private readonly child;
    private readonly ready;
    private readonly exited;
    constructor(script: string, environment: Readonly<Record<string, string>>, folder: string, lines: string[]);
    /** Resolves when it is at work. */
    start(message: ToWorker & {
        readonly type: 'start';
    }, hear: (message: FromWorker) => void): Promise<void>;
    tell(message: ToWorker): void;
    signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
    /** For real: it learns nothing of it. */
    kill(): Promise<void>;
}
