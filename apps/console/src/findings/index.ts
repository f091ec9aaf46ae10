export * from './findings-room.js';
export * from './finding-words.js';
