export * from './triggers-api.module.js';
