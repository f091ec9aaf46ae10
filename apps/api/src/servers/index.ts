export * from './servers-api.module.js';
