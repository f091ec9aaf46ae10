export * from './extensions-room.js';
