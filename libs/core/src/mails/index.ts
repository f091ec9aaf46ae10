export * from './customer-mail.js';
export * from './mail-desk.js';
export * from './mail-log.js';
export * from './mails.module.js';
export * from './one-time-link.js';
export * from './one-time-links.js';
export * from './plain-words.js';
export * from './welcome-mails.js';
