export * from './mails-room.js';
export * from './mail-words.js';
