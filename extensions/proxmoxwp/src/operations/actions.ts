import { createBackup, deleteBackup, listBackups, rollBackup } from './backup-actions.js';
import { reset, restart, start, stop } from './power-actions.js';
import { disableProxy, enableProxy, toggleProxy } from './proxy-actions.js';

/** The buttons of a site, by name. */
export const actions = {
  start,
  stop,
  restart,
  reset,
  createBackup,
  deleteBackup,
  rollBackup,
  listBackups,
  enableProxy,
  disableProxy,
  toggleProxy,
};
