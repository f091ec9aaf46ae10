export * from './refusal.js';
export * from './shape.js';
export * from './sdk-call.js';
