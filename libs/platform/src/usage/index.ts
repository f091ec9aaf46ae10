export * from './pg-usage-history.js';
export * from './pg-usage-store.js';
