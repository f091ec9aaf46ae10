export * from './name-server.js';
