export * from './job-waiter.js';
export * from './jobs-api.module.js';
export * from './open-streams.js';
