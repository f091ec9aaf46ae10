export * from './pg-look-store.js';
