import type { Page, PageOf } from '../paging/index.js';
import type { ClaimedLook, Look, LookKind, LookPlan, LookState } from './look.js';

export interface LookFilter {
  readonly serverId?: string;
  readonly kind?: LookKind;
  readonly state?: LookState;
}

/** Looks as rows. A server has one of a kind at a time that is not over. */
export abstract class LookStore {
  /**
   * Asks for a look; one that is not over is answered instead. Audited in the same transaction when it is new.
   * Throws `not_found` for an unknown server, `conflict` while it is in maintenance.
   */
  abstract request(serverId: string, kind: LookKind, requestedBy: string): Promise<{ readonly look: Look; readonly created: boolean }>;
  /** Adds the looks that are due, for all servers in one statement; servers in maintenance are left alone. Answers how many. */
  abstract addDue(plans: readonly LookPlan[]): Promise<number>;
  /** Adds a comparison for every server of these extensions that is held since the panel was restored; again a minute after one failed. */
  abstract addHeld(extensions: readonly string[]): Promise<number>;
  /** Takes looks nobody works on, oldest first, each for `leaseMs`. One whose workers were lost too often has failed. */
  abstract claim(limit: number, leaseMs: number): Promise<readonly ClaimedLook[]>;
  /** Holds a look for another `leaseMs`. False when it is somebody else's by now. */
  abstract renew(look: ClaimedLook, leaseMs: number): Promise<boolean>;
  /** Ends a look without a result. */
  abstract fail(look: ClaimedLook, error: string): Promise<void>;
  /** How many may be taken now. */
  abstract due(): Promise<number>;
  /** Removes looks and resolved findings that ended more than `days` ago; the last look of a server stays. */
  abstract forget(days: number): Promise<void>;
  /** Newest first. */
  abstract list(page: Page, filter: LookFilter): Promise<PageOf<Look>>;
}
