export * from './domains-api.module.js';
