export * from './use-products.js';
