export * from './webhooks-api.module.js';
