export * from './ssh-key.js';
export * from './ssh-node.js';
export * from './run-script.js';
