import type { Page, PageOf } from '../paging/index.js';
import type { TriggerEvent, TriggerEventState } from './trigger-event.js';
import type { OrderMapping, TriggerMapping } from './trigger-mapping.js';
import type { KnownNotice } from './trigger-modules.js';

/**
 * A subject as the worker that looks at it sees it. Events only say that a subject is to be looked at: all that came until then are
 * answered by one look, and no two looks at a subject go on at once.
 */
export interface ClaimedSubject {
  readonly serverId: string;
  readonly serverName: string;
  readonly subject: string;
  /** Grows with every look; an older one's result is worthless. */
  readonly fence: string;
  /** Counts what came in; when it has grown meanwhile, another look is due. */
  readonly rings: string;
  /** Events that this look answers. */
  readonly events: readonly string[];
  /** True when all of them were told of another subject, which said that it is part of this one. */
  readonly moved: boolean;
  /** Looks in a row that came to nothing. */
  readonly failures: number;
  /** How long it is tried yet; null before the first of them. */
  readonly giveUpInMs: number | null;
}

/** How a look ended. */
export interface LookEnd {
  readonly outcome: string;
  readonly serviceId?: string;
}

export interface LookAgain {
  readonly reason: string;
  readonly inMs: number;
  /** How long it is tried from its first failure on. */
  readonly giveUpMs: number;
  /** What staff must mend at the server before it can go on. */
  readonly mend?: string;
  readonly serviceId?: string;
}

export interface LookFailed extends LookEnd {
  /** What staff are asked. */
  readonly title: string;
  /** Not when a person has seen to a task with this title already. */
  readonly once: boolean;
  readonly detail: string;
  /** Whether the provider answered, so that nothing is to be mended at the server. */
  readonly answered: boolean;
}

/** What came in, and what is to be looked at. */
export abstract class TriggerQueue {
  /** Keeps the event and makes its subject due. False when it was known. */
  abstract receive(notice: KnownNotice): Promise<boolean>;
  /**
   * Takes subjects that are due, each for `leaseMs`: at most `limit`, and of each server so many that about `perServer` are looked at there
   * at once. One whose holder let the lease run out is due again.
   */
  abstract claim(limit: number, perServer: number, leaseMs: number): Promise<readonly ClaimedSubject[]>;
  /** Holds it for another `leaseMs`. False when it is somebody else's by now. */
  abstract hold(subject: ClaimedSubject, leaseMs: number): Promise<boolean>;
  /** Gives its events to the subject that it is part of, which becomes due. */
  abstract move(subject: ClaimedSubject, to: string): Promise<boolean>;
  /** Its events are done, those that had failed too, and what staff were asked about it is closed. False when it is somebody else's by now. */
  abstract done(subject: ClaimedSubject, end: LookEnd): Promise<boolean>;
  abstract later(subject: ClaimedSubject, again: LookAgain): Promise<boolean>;
  /** Its events have failed, and staff get an operator task, one for a subject. */
  abstract fail(subject: ClaimedSubject, failed: LookFailed): Promise<boolean>;
  /** Looks at it once more, because a result came too late to be recorded and may have been acted upon. */
  abstract lookAgain(subject: ClaimedSubject): Promise<void>;
  /** Forgets events that were done more than `days` ago. Answers how many. */
  abstract forget(days: number): Promise<number>;
}

export interface TriggerEventFilter {
  readonly serverId?: string;
  readonly state?: TriggerEventState;
  readonly subject?: string;
}

/** What came in, for staff. */
export abstract class TriggerLog {
  /** Newest first. */
  abstract list(page: Page, filter: TriggerEventFilter): Promise<PageOf<TriggerEvent>>;
  /** Throws `not_found`. */
  abstract get(id: string): Promise<TriggerEvent>;
  /** Makes its subject due, for the full time. Throws `not_found`; `conflict` when it is of no subject. */
  abstract replay(id: string): Promise<TriggerEvent>;
  /** The same for all of a server that failed. Answers how many. */
  abstract replayFailed(serverId: string): Promise<number>;
}

export type NewTriggerMapping = Omit<TriggerMapping, 'id' | 'createdAt' | 'updatedAt'>;
export type TriggerMappingChange = Partial<Pick<TriggerMapping, 'plan' | 'productCode' | 'orderValues' | 'policy' | 'addTo'>>;

export abstract class TriggerMappingStore {
  /** Throws `conflict`, field `plan`, when the server has one for it; `invalid_input`, field `product`, for an unknown product. */
  abstract add(mapping: NewTriggerMapping): Promise<TriggerMapping>;
  /** Throws `not_found`. */
  abstract get(id: string): Promise<TriggerMapping>;
  /** Throws as `add`, and `not_found`. */
  abstract change(id: string, change: TriggerMappingChange): Promise<TriggerMapping>;
  /** Throws `not_found`. */
  abstract remove(id: string): Promise<void>;
  abstract list(page: Page, filter: { readonly serverId?: string }): Promise<PageOf<TriggerMapping>>;
  /** Those of a server for any of these plans. */
  abstract forPlans(serverId: string, plans: readonly string[]): Promise<readonly OrderMapping[]>;
}
