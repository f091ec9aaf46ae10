export * from './names.js';
export * from './key-and-request.js';
export * from './request-names.js';
export * from './issued.js';
export * from './authority.js';
export * from './obtain.js';
export * from './certificate-module.js';
export * from './certificate-product.js';
