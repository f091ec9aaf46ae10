import type { Page, PageOf } from '../paging/index.js';

/** Something only a person can decide. */
export interface OperatorTask {
  readonly id: string;
  readonly jobId: string | null;
  readonly serviceId: string | null;
  /** Of a server's setting, which is asked for once however many jobs wait for it; of what a billing system's server told. */
  readonly serverId: string | null;
  readonly kind: string;
  /** The step it is about, or the setting of the server; empty when it is about the whole job. */
  readonly stepKey: string;
  readonly title: string;
  readonly detail: string;
  readonly state: 'open' | 'resolved';
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
}

export abstract class OperatorTasks {
  /** Newest first. `jobId`: also what the job waits for at its servers. */
  abstract list(
    page: Page,
    filter: { readonly state?: OperatorTask['state']; readonly serviceId?: string; readonly jobId?: string },
  ): Promise<PageOf<OperatorTask>>;
  /** Throws `not_found`. */
  abstract get(id: string): Promise<OperatorTask>;
  /** Throws `not_found`; `conflict` when somebody was faster. Audited in the same transaction. */
  abstract resolve(id: string, resolution: string, actor: string): Promise<OperatorTask>;
}
