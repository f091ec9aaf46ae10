export * from './refusal.js';
export * from './schema.js';
