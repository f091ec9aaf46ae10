export * from './events-room.js';
export * from './event-words.js';
export * from './mappings-room.js';
export { useTriggerServers } from './use-trigger-servers.js';
