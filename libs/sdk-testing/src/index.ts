export * from './sandbox.js';
export * from './clock.js';
export * from './call-log.js';
export * from './fault-switches.js';
export * from './sandbox-parts.js';
export * from './http/index.js';
export * from './ssh/index.js';
