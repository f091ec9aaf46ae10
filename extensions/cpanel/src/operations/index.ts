export { certificateDates, upkeep } from './upkeep.js';
export * from './create.js';
export * from './terminate.js';
export * from './suspension.js';
export * from './change-package.js';
export * from './change-password.js';
export * from './site-certificate.js';
