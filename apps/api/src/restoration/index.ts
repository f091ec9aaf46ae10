export * from './restoration-api.module.js';
