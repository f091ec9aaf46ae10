export * from './server-room.js';
export * from './servers-room.js';
