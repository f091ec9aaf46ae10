export * from './fake-api.js';
export * from './open-console.js';
