export * from './restoration.js';
export * from './restoration-store.js';
