export * from './reconciliation-api.module.js';
