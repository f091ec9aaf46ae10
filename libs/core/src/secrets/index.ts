export * from './hide-secrets.js';
