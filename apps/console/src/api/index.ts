export * from './api-failure.js';
export * from './client.js';
export * from './every-page.js';
export * from './progress.js';
export * from './session.js';
export * from './types.js';
