export * from './call-limit.js';
export * from './envelope.js';
export * from './provider-answers.js';
