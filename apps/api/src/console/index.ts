export * from './console.module.js';
export * from './console-site.js';
