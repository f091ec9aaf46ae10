export * from './provisioning/index.js';
export * from './queues/index.js';
