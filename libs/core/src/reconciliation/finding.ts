import type { JsonObject } from '@hostwright/sdk';

/**
 * - `orphan`: the provider has something that bears our mark and that no living service has
 * - `missing`: an active or suspended service whose thing is not there
 * - `drift`: it is there, and not as it should be
 */
export const findingKinds = ['orphan', 'missing', 'drift'] as const;
export type FindingKind = (typeof findingKinds)[number];

/**
 * - of an orphan, its service is: `ended`, `undelivered` (nothing of it was ever made), `elsewhere` (it has another thing), `unknown`
 * - of what is missing: `gone`, or `taken`: under its id there is somebody else's now
 * - of a drift: `running` though suspended, `stopped` though active, `memory`, `disk` or `package` other than sold, `owner`: the mark is lost
 */
export const findingAspects = {
  orphan: ['ended', 'undelivered', 'elsewhere', 'unknown'],
  missing: ['gone', 'taken'],
  drift: ['running', 'stopped', 'memory', 'disk', 'package', 'owner'],
} as const satisfies Record<FindingKind, readonly string[]>;
export type FindingAspect = (typeof findingAspects)[FindingKind][number];

/** What a look found, before it is a row. */
export interface NewFinding {
  readonly kind: FindingKind;
  readonly aspect: FindingAspect;
  /** Of an orphan the service its mark names, which need not be there. */
  readonly serviceId: string;
  /** Empty for an orphan. */
  readonly component: string;
  readonly remoteId: string;
  /** What is so and what should be, for staff. */
  readonly details: JsonObject;
}

export interface Finding extends NewFinding {
  readonly id: string;
  readonly serverId: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** False: the last look at the server could not tell whether it is still so. */
  readonly rechecked: boolean;
  /** When a look found that it is no longer so. */
  readonly resolvedAt: Date | null;
  readonly repairJobId: string | null;
  readonly repairTaskId: string | null;
  readonly repairedBy: string | null;
  readonly repairedAt: Date | null;
}
