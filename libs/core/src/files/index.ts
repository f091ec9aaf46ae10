export * from './file-link.js';
export * from './files.module.js';
export * from './service-file-reader.js';
export * from './service-files.js';
