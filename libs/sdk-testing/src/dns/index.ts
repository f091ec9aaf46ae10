export * from './name-server.js';
export * from './name-server-switch.js';
export * from './played-dns.js';
export * from './standing-records.js';
