export * from './domain.js';
export * from './domain-desk.js';
export * from './domain-name.js';
export * from './domain-proof.js';
export * from './domain-store.js';
export * from './domain-waits.js';
export * from './domain-watch.js';
