import type { JsonObject } from '@hostwright/sdk';
import type { ClaimedLook, OccupiedValue } from '../looks/index.js';
import type { Page, PageOf } from '../paging/index.js';
import type { Finding, FindingKind, NewFinding } from './finding.js';
import type { PanelComponent, PanelService } from './judge.js';

/** A service as the tables have it; what its components are allowed, their modules say. */
export type StoredService = Omit<PanelService, 'components'> & {
  readonly components: readonly (Omit<PanelComponent, 'expected'> & { readonly extension: string; readonly settings: JsonObject })[];
};

/** What a look found. */
export interface Comparing {
  readonly findings: readonly NewFinding[];
  /** Services that could not be judged: what was found of them before stays as it is. */
  readonly unjudged: readonly string[];
  /** What new services must not be given. */
  readonly occupied: readonly OccupiedValue[];
  /** What was compared, by name. */
  readonly counts: JsonObject;
}

/** What a comparison reads and leaves. */
export abstract class ReconciliationStore {
  /**
   * The services that live on the look's server, and those of `marked` wherever they are. Settled are those of which no job is under way
   * or looks again, and that did not change from `graceMs` before the look began.
   */
  abstract panelOf(look: ClaimedLook, marked: readonly string[], graceMs: number): Promise<readonly StoredService[]>;
  /**
   * Ends the look: findings are added or seen again, those that are no longer so are closed, with the operator tasks that were opened for
   * them; what is taken up is kept from new services for a day; a server that is held since the panel was restored is let go of. All in one
   * transaction. Throws `conflict`, and changes nothing, when the look is somebody else's by now.
   */
  abstract record(look: ClaimedLook, found: Comparing): Promise<void>;
}

export interface FindingFilter {
  readonly serverId?: string;
  readonly serviceId?: string;
  readonly kind?: FindingKind;
  readonly state?: 'open' | 'resolved';
}

/** Findings as they are read. */
export abstract class FindingStore {
  /** Newest first. */
  abstract list(page: Page, filter: FindingFilter): Promise<PageOf<Finding>>;
  /** Throws `not_found`. */
  abstract get(id: string): Promise<Finding>;
}
