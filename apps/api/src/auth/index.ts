export * from './admission-guard.js';
export * from './auth.module.js';
export * from './rate-limits.js';
