export * from './module-catalog.js';
export * from './placement.js';
export * from './sealed-settings.js';
export * from './server-probe.js';
export * from './server-registry.js';
export * from './server-store.js';
export * from './server.js';
export * from './servers.module.js';
