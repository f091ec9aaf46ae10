export { neededOfParent } from './addon-rules.js';
export * from './catalog.module.js';
export * from './component-rules.js';
export * from './order-fields.js';
export * from './order-questions.js';
export * from './product-catalog.js';
export * from './product.js';
