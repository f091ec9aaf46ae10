export * from './files-api.module.js';
