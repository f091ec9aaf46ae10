export * from './create-resolve.js';
