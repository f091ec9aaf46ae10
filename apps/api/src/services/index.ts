export * from './services-api.module.js';
