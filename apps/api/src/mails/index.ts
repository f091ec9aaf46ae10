export * from './mails-api.module.js';
