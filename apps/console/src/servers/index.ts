export * from './servers-room.js';
