export * from './jobs-api.module.js';
export * from './open-streams.js';
