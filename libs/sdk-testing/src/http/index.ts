export * from './switch-route.js';
export * from './exchange.js';
export * from './provider-answers.js';
export * from './certificate.js';
export * from './http-sandbox.js';
export * from './test-authority.js';
