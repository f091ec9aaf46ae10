export * from './file-page.js';
export * from './services-room.js';
export * from './service-room.js';
export { isServiceTab, type ServiceTab } from './service-tabs.js';
