export * from './timings.js';
export * from './access.js';
export * from './container.js';
export * from './tasks.js';
export * from './failover.js';
export * from './cluster.js';
export * from './ledger.js';
