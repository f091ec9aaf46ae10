export * from './extensions-room.js';
export * from './use-extensions.js';
