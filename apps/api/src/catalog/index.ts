export * from './catalog-api.module.js';
