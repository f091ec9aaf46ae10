import { Permits } from '@hostwright/core';
import type { Watch } from './watch.js';
import type { WatchedJournal } from './watched-journal.js';

/** Permits, with a boundary after one was given back. */
export class WatchedPermits extends Permits {
  constructor(
    private readonly inner: Permits,
    private readonly watch: Watch,
    private readonly journal: WatchedJournal,
  ) {
    super();
  }

  override acquire(permit: Parameters<Permits['acquire']>[0]): Promise<boolean> {
    return this.inner.acquire(permit);
  }

  override async release(jobId: string, stepKey: string): Promise<boolean> {
    const woken = await this.inner.release(jobId, stepKey);
    const undone = this.journal.stateOf(jobId, stepKey) === 'undone';
    await this.watch.pass(jobId, stepKey, undone ? 'after giving the permit of the undo back' : 'after giving the permit back');
    return woken;
  }
}
