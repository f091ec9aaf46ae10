export * from './pg-file-links.js';
