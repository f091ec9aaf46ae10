export * from './collect-usage.js';
export * from './service-usage.js';
export * from './traffic.js';
export * from './usage-period.js';
export * from './usage-store.js';
export * from './usage.module.js';
