import { Atlas } from './atlas.js';
import { type ServicePlan } from './batch.js';
import type { Installation } from './installation.js';
import type { KillRounds, RoundsOptions } from './kill-rounds.js';
import type { TrackedJob } from './tracked-job.js';
/** Learns from undisturbed jobs which steps, boundaries and calls there are. Nothing about any extension is known beforehand. */
export declare function discover(installation: Installation, rounds: KillRounds, options: RoundsOptions, progress: (line: string) => void): Promise<Atlas>;
/** What an undisturbed job, or one that has not been killed yet, has passed. */
export declare function learn(atlas: Atlas, job: TrackedJob): void;
/** A way that leads to a create and one that leads to a terminate can be walked by one service. */
export declare function pairedUp(plans: readonly ServicePlan[]): ServicePlan[];
