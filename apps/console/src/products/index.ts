export * from './new-product-room.js';
export * from './product-components-room.js';
export * from './product-room.js';
export * from './products-room.js';
export * from './use-products.js';
