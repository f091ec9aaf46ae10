export * from './customers-api.module.js';
