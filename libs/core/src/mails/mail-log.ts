import type { Page, PageOf } from '../paging/index.js';

/**
 * - `waiting`: to be sent, or tried again
 * - `sent`: the mail server has taken it
 * - `not_sent`: by then there was nothing to tell; `reason` says why
 * - `failed`: given up; it can be tried anew when what was wrong has been mended
 */
export const mailStates = ['waiting', 'sent', 'not_sent', 'failed'] as const;
export type MailState = (typeof mailStates)[number];

/** A mail of the panel, without what is in it: that is composed when it is sent, and kept nowhere. */
export interface LoggedMail {
  readonly id: string;
  /** Such as `welcome`. */
  readonly template: string;
  /** Whom it went to, or would go to now; null for support, whose address is a setting, and when nobody has it. */
  readonly to: string | null;
  readonly state: MailState;
  /** Why it waits, was not sent or failed. */
  readonly reason: string | null;
  readonly attempts: number;
  readonly serviceId: string | null;
  readonly jobId: string | null;
  readonly createdAt: Date;
  /** When it is tried next; null when it is not. */
  readonly nextAttemptAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface MailFilter {
  readonly state?: MailState;
  readonly template?: string;
  readonly serviceId?: string;
}

/** Mails of the last day, and those that wait or failed. */
export abstract class MailLog {
  /** Newest first. */
  abstract list(page: Page, filter: MailFilter): Promise<PageOf<LoggedMail>>;
}
