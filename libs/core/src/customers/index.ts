export * from './customer.js';
export * from './customers.js';
export * from './customers.module.js';
