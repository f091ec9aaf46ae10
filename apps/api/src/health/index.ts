export * from './health.module.js';
export * from './http-metrics.js';
export * from './readiness.js';
