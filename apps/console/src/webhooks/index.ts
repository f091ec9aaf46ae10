export * from './delivery-room.js';
export * from './webhook-room.js';
export * from './webhooks-room.js';
export * from './delivery-words.js';
