export * from './usage-api.module.js';
