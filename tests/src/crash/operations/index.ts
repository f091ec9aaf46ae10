export * from './run-operations.js';
