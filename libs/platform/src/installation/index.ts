export { ensureInstallation } from './installation.js';
export { endHold, type EndOfHold } from './end-hold.js';
export { lockRestorations, openRestoration } from './open-restoration.js';
export { PgRestorationStore } from './pg-restoration-store.js';
