import { Permits } from '@hostwright/core';
import type { Watch } from './watch.js';
import type { WatchedJournal } from './watched-journal.js';
/** Permits, with a boundary after one was given back. */
export declare class WatchedPermits extends Permits {
    private readonly inner;
    private readonly watch;
    private readonly journal;
    constructor(inner: Permits, watch: Watch, journal: WatchedJournal);
    acquire(permit: Parameters<Permits['acquire']>[0]): Promise<boolean>;
    release(jobId: string, stepKey: string): Promise<void>;
}
