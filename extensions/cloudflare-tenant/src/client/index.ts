export * from './accounts.js';
export * from './hostnames.js';
export * from './members.js';
export * from './subscriptions.js';
export * from './tenant.js';
export * from './traffic.js';
export * from './transport.js';
export * from './zones.js';
