/**
 * How it was found that the database is not the one this panel last ran on:
 * - `database`: it says so itself: it was restored from a backup, copied, or taken over by a standby
 * - `marks`: a provider has what bears our mark for a service that the database has not come to yet, so it is older than that
 */
export type RestorationReason = 'database' | 'marks';

/** - `held`: not looked at yet; `compared`: a look compared it with the panel; `released`: staff did without */
export type RestoredServerState = 'held' | 'compared' | 'released';

/** One server of a restored panel. */
export interface RestoredServer {
  readonly serverId: string;
  readonly name: string;
  readonly state: RestoredServerState;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  /** Why staff released it. */
  readonly reason: string | null;
  /** Why the last look at it since then failed. */
  readonly lookError: string | null;
  /** Open findings. */
  readonly findings: FindingCounts;
}

export interface FindingCounts {
  readonly orphan: number;
  readonly missing: number;
  readonly drift: number;
}

/**
 * Since it was found the panel holds still: no job works on a held server, and no order is placed on one. It is over when every server
 * has been compared or released.
 */
export interface Restoration {
  readonly id: string;
  readonly reason: RestorationReason;
  readonly foundAt: Date;
  readonly endedAt: Date | null;
  readonly servers: readonly RestoredServer[];
}

export interface TaskText {
  readonly title: string;
  readonly detail: string;
}

const because: Readonly<Record<RestorationReason, string>> = {
  database: 'The database is not the one this panel last ran on: it was restored from a backup, copied, or taken over by a standby.',
  marks: 'A provider has things that bear the mark of this panel for services its database has never known: the database is an older one.',
};

/** What staff are told when it is found. */
export function restoredTask(reason: RestorationReason, servers: number): TaskText {
  return {
    title: 'This panel runs on a restored database',
    detail:
      `${because[reason]} Until each of its ${servers} servers has been compared with it no job works there and no order is placed there. ` +
      'That ends by itself. A server that cannot be looked at can be released by staff: GET /api/v1/restoration shows how each of them stands. ' +
      'Should this be a copy while the panel it was copied from goes on, stop one of the two.',
  };
}

/** What staff are told at the end; undefined when panel and providers agree. `unknown`: orphans whose service the panel does not know. */
export function comparedTask({ orphan, missing, drift }: FindingCounts, unknown: number): TaskText | undefined {
  if (orphan + missing + drift === 0) return undefined;
  return {
    title: `The restored panel and its providers differ: ${orphan} orphans, ${missing} missing, ${drift} drifted`,
    detail:
      `${unknown} of the orphans belong to services that this database does not know: they were ordered after the backup was made, and their customers use them. ` +
      'What is missing was ended after it. Nothing was changed at the providers. Go through the findings (GET /api/v1/reconciliation/findings?state=open), ' +
      'and look for what came in after the backup with whoever sent it, such as the connected billing panel.',
  };
}
