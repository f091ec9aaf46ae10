export * from './sandbox.js';
export * from './clock.js';
export * from './call-log.js';
export * from './faults/fault-switches.js';
export * from './http/exchange.js';
export * from './http/provider-answers.js';
export * from './http/certificate.js';
export * from './http/http-sandbox.js';
