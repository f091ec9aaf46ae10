export * from './paymenter-errors.js';
export * from './paymenter.module.js';
