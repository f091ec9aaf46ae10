export * from './restoration-banner.js';
