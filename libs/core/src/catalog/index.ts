export * from './catalog.module.js';
export * from './product-catalog.js';
export * from './product.js';
