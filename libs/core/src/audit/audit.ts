import type { JsonObject } from '@hostwright/sdk';
import type { Page, PageOf } from '../paging/index.js';

/** Something somebody did. Never changed, never removed. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** `staff:1`, `customer:2`, `key:3`, `cli`, `system`. */
  readonly actor: string;
  /** `server.changed`, `job.retried`. */
  readonly action: string;
  /** What it was done to: `server:4`. */
  readonly subject: string;
  /** No secrets. */
  readonly details: JsonObject;
}

export type NewAuditEntry = Pick<AuditEntry, 'actor' | 'action' | 'subject' | 'details'>;

export abstract class AuditLog {
  abstract record(entry: NewAuditEntry): Promise<void>;
  /** Newest first. */
  abstract list(page: Page, filter: { readonly subject?: string; readonly actor?: string }): Promise<PageOf<AuditEntry>>;
}
