export * from './finding.js';
export * from './judge.js';
export * from './owner-mark.js';
export * from './reconcile-server.js';
export * from './reconciliation-store.js';
export * from './repair-desk.js';
export * from './repair.js';
