export * from './service-directory.js';
export * from './service-inspector.js';
export * from './service-store.js';
export * from './service.js';
export * from './services.module.js';
export * from './zone-reader.js';
