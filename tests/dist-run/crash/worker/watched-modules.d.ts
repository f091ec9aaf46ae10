import { ModuleHost, type ModuleRef, type ModuleScope, type OpenModule } from '@hostwright/core';
import type { Watch } from './watch.js';
import type { WatchedJournal } from './watched-journal.js';
/** Modules, with boundaries around what their steps do, and with the one call of a job marked that its provider answers wrongly. */
export declare class WatchedModules extends ModuleHost {
    private readonly inner;
    private readonly watch;
    private readonly journal;
    private readonly waitScale;
    constructor(inner: ModuleHost, watch: Watch, journal: WatchedJournal, waitScale: number);
    open(ref: ModuleRef, scope: ModuleScope): Promise<OpenModule>;
    private watched;
    /** A step of this module. One that is another module's operation has its boundaries in that module's steps. */
    private watchedSpec;
    private act;
    /**
     * Every wait takes a second look, however fast its provider is, so that there is a time between two. A job that shall be killed as a row
     * waits until nothing else of it is at work.
     */
    private longer;
    private watchedCtx;
    /** The job whose provider shall answer this very call wrongly, if any. */
    private aimedAt;
}
