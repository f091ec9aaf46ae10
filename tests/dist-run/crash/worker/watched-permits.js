import { Permits } from '@hostwright/core';
/** Permits, with a boundary after one was given back. */
export class WatchedPermits extends Permits {
    inner;
    watch;
    journal;
    constructor(inner, watch, journal) {
        super();
        this.inner = inner;
        this.watch = watch;
        this.journal = journal;
    }
    acquire(permit) {
        return this.inner.acquire(permit);
    }
    async release(jobId, stepKey) {
        await this.inner.release(jobId, stepKey);
        const undone = this.journal.stateOf(jobId, stepKey) === 'undone';
        await this.watch.pass(jobId, stepKey, undone ? 'after giving the permit of the undo back' : 'after giving the permit back');
    }
}
//# sourceMappingURL=watched-permits.js.map