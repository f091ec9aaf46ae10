export * from './pg-finding-store.js';
export * from './pg-reconciliation-store.js';
