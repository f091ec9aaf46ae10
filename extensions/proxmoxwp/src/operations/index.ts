export * from './create.js';
export * from './terminate.js';
export * from './suspension.js';
export * from './change-package.js';
export * from './actions.js';
export * from './site-certificate.js';
