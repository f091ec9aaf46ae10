export * from './services-room.js';
export * from './service-room.js';
