export * from './accounts-room.js';
export * from './server-room.js';
export * from './servers-room.js';
