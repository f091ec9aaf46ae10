export * from './queue-words.js';
export * from './queues-room.js';
export * from './retry-all-button.js';
