import type { Choose } from './choices.js';
import type { Installation } from './installation.js';
import type { SeenCall } from './messages.js';
import type { TrackedJob } from './tracked-job.js';
export interface RoundsOptions {
    readonly choose: Choose;
    /** Is told of every call. */
    readonly seeCalls?: (calls: readonly SeenCall[]) => void;
    readonly onKill?: (held: number) => void;
}
/**
 * Carries jobs out on workers that are killed: each is killed when the jobs it works on stand at their points, or cannot come there before
 * others have gone on. The next takes over, until every job was killed once, and the last one brings everything to its end.
 */
export declare class KillRounds {
    private readonly installation;
    private spare;
    private movedAt;
    constructor(installation: Installation);
    /** Answers how many workers were killed. */
    run(jobs: readonly TrackedJob[], options: RoundsOptions): Promise<number>;
    close(): Promise<void>;
    private takeWorker;
    private hear;
    private untilHeld;
    private untilOver;
    private lookWhatIsOver;
}
