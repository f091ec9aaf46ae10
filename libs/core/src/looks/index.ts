export * from './look.js';
export * from './look-requests.js';
export * from './look-runner.js';
export * from './look-store.js';
export * from './looks.module.js';
export * from './server-reads.js';
