export * from './name-server.js';
export * from './standing-records.js';
