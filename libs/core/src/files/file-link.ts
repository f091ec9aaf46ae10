import type { ServiceState } from '../services/index.js';

/** How long a link to files works: as long as it takes to hand it on and to press it. */
export const fileLinkMinutes = 15;

/** A link to the files of one component of a service, good for one time. The token in it is known to its holder alone. */
export interface FileLink {
  readonly id: string;
  readonly serviceId: string;
  readonly component: string;
  /** What was bought, by its code. */
  readonly product: string;
  /** Of the service now. */
  readonly serviceState: ServiceState;
  readonly state: 'open' | 'used' | 'expired';
}

export type NewFileLink = Pick<FileLink, 'serviceId' | 'component'> & {
  readonly tokenHash: string;
  /** Who asked for it, as the audit calls him. */
  readonly requestedBy: string;
  readonly minutes: number;
};

/** Links to files. No file is kept with them: what is handed out is what the service has when the link is opened. */
export abstract class FileLinkStore {
  /** Answers when it ends, ISO 8601. */
  abstract make(link: NewFileLink): Promise<string>;
  abstract find(tokenHash: string): Promise<FileLink | undefined>;
  /** Uses it up, and notes who had asked for it in the audit. Of two at once one. False when it is not open any more. */
  abstract use(tokenHash: string): Promise<boolean>;
}
