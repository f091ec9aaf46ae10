export * from './coverage.js';
export * from './lives.js';
export * from './operations-sweep.js';
export * from './references.js';
