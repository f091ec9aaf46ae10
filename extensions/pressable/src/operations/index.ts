import { createBackup, deleteBackup, listBackups, restoreBackup } from './backup-actions.js';
import { resetSftpPassword, resetWordpressPassword } from './password-actions.js';
import { setPrimaryDomain } from './set-primary-domain.js';

export { changePackage, allowChange } from './change-package.js';
export { create } from './create.js';
export { addDomain, domainQuota, domainTarget, ownZones, removeDomain } from './domains.js';
export { suspend, unsuspend } from './suspension.js';
export { terminate } from './terminate.js';

/** The buttons of a site, by name. */
export const actions = {
  setPrimaryDomain,
  listBackups,
  createBackup,
  deleteBackup,
  restoreBackup,
  resetSftpPassword,
  resetWordpressPassword,
};
