export * from './create-provisioning.js';
export type { InstalledExtension, InstalledExtensions } from './installed-extensions.js';
export { PgJournal } from './pg-journal.js';
export { PgPermits } from './pg-permits.js';
export { processTimers } from './process-timers.js';
export * from './open-provisioning.js';
