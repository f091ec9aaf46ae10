export * from './provisioning/index.js';
